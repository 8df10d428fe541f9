use super::*;

/// A kiosk, its settings, and the time.
struct Desk {
    kiosk: Kiosk,
    settings: Settings,
    now: Ms,
    is_open: bool,
    ids: u32,
}

impl Desk {
    fn new(pairs: &[(&str, &str)]) -> Self {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            kiosk: Kiosk::new(0.0, "zh-Hans".into(), false, Counts::default()),
            settings: Settings::read(pairs),
            now: 0.0,
            is_open: true,
            ids: 0,
        }
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        let (kiosk, effects) = self.kiosk.reduce(action, self.now, &self.settings);
        self.kiosk = kiosk;
        effects
    }

    /// Lets seconds pass, one tick each, and collects what the page has to do.
    fn pass(&mut self, seconds: u32) -> Vec<Effect> {
        let mut effects = Vec::new();
        for _ in 0..seconds {
            self.now += 1000.0;
            effects.extend(self.act(Action::Tick {
                is_open: self.is_open,
            }));
        }
        effects
    }

    fn begin(&mut self, level: Option<&str>, is_whole: bool) -> String {
        self.act(Action::Touch);
        let begun = self.act(Action::Begin {
            level: level.map(str::to_owned),
            is_whole,
        });
        assert_eq!(
            begun[0],
            Effect::Mount {
                level: level.map(str::to_owned)
            }
        );
        self.ids += 1;
        let id = self.ids.to_string();
        let ready = self.act(Action::Ready { id: id.clone() });
        assert_eq!(ready.contains(&Effect::Submit), is_whole);
        id
    }
}

#[test]
fn a_tap_an_answer_thanks_and_the_first_screen_again() {
    let mut desk = Desk::new(&[]);
    let id = desk.begin(Some("satisfied"), false);
    assert_eq!(desk.kiosk.screen, Screen::Visit);
    desk.pass(20);
    desk.act(Action::Language("ug".into()));
    desk.act(Action::Elder(true));
    let done = desk.act(Action::Safe { id });
    assert_eq!(done, [Effect::Wipe, Effect::Keep { flagged: None }]);
    assert_eq!(
        (desk.kiosk.screen, desk.kiosk.language.as_str()),
        (Screen::Thanks, "ug")
    );
    desk.pass(7);
    assert_eq!(desk.kiosk.screen, Screen::Thanks);
    desk.pass(1);
    assert_eq!(desk.kiosk.screen, Screen::Attract);
    assert_eq!(
        (desk.kiosk.language.as_str(), desk.kiosk.elder),
        ("zh-Hans", false),
        "the next person begins as the first did"
    );
    assert_eq!(
        desk.kiosk.counts,
        Counts {
            begun: 1,
            submitted: 1,
            idle_ends: 0,
            flagged: 0
        }
    );
}

#[test]
fn one_tap_is_the_whole_visit() {
    let mut desk = Desk::new(&[]);
    let id = desk.begin(Some("satisfied"), true);
    desk.act(Action::Safe { id });
    assert_eq!(desk.kiosk.screen, Screen::Thanks);
}

#[test]
fn a_tap_that_could_not_be_kept_becomes_a_visit_that_says_so() {
    let mut desk = Desk::new(&[]);
    desk.begin(Some("satisfied"), true);
    desk.act(Action::Unsafe);
    assert_eq!(desk.kiosk.screen, Screen::Visit);
    assert!(
        desk.kiosk
            .visit
            .as_ref()
            .is_some_and(|visit| !visit.is_whole)
    );
}

#[test]
fn f50_whoever_walks_away_is_warned_and_then_wiped() {
    let mut desk = Desk::new(&[]);
    desk.begin(Some("dissatisfied"), false);
    assert_eq!(desk.pass(59), []);
    desk.pass(1);
    assert_eq!(desk.kiosk.seconds_left(desk.now), Some(30));
    desk.pass(29);
    assert_eq!(desk.kiosk.seconds_left(desk.now), Some(1));
    assert_eq!(
        desk.pass(1),
        [Effect::Wipe, Effect::Keep { flagged: None }],
        "discarded, not submitted"
    );
    assert_eq!(
        (desk.kiosk.screen, desk.kiosk.visit.clone()),
        (Screen::Attract, None)
    );
    assert_eq!(desk.kiosk.counts.idle_ends, 1);
}

#[test]
fn one_tap_on_the_warning_goes_on() {
    let mut desk = Desk::new(&[]);
    desk.begin(None, false);
    desk.pass(89);
    desk.act(Action::Touch);
    assert_eq!(desk.kiosk.screen, Screen::Visit);
    desk.pass(59);
    assert_eq!(desk.kiosk.screen, Screen::Visit);
}

#[test]
fn left_answers_are_submitted_where_the_operator_wants_it() {
    let mut desk = Desk::new(&[("at-idle", "submit")]);
    let id = desk.begin(Some("satisfied"), false);
    assert_eq!(desk.pass(90), [Effect::Submit]);
    assert_eq!(desk.kiosk.screen, Screen::Ending);
    let ended = desk.act(Action::Safe { id });
    assert_eq!(ended[0], Effect::Wipe);
    assert_eq!(
        desk.kiosk.screen,
        Screen::Attract,
        "nobody is there to thank"
    );
    assert_eq!(desk.kiosk.counts.idle_ends, 1);

    let mut desk = Desk::new(&[("at-idle", "submit")]);
    desk.begin(None, false);
    assert_eq!(desk.pass(90)[0], Effect::Wipe, "nothing was answered");

    let mut desk = Desk::new(&[("at-idle", "submit")]);
    desk.begin(Some("dissatisfied"), false);
    desk.pass(90);
    assert_eq!(
        desk.act(Action::Unsafe)[0],
        Effect::Wipe,
        "the reasons are missing"
    );
    assert_eq!(desk.kiosk.screen, Screen::Attract);

    let mut desk = Desk::new(&[("at-idle", "submit")]);
    desk.begin(Some("satisfied"), false);
    desk.pass(90);
    assert_eq!(desk.pass(10)[0], Effect::Wipe, "no answer at all");
}

#[test]
fn a_receipt_of_an_earlier_visit_ends_nobodys_visit() {
    let mut desk = Desk::new(&[]);
    let first = desk.begin(Some("satisfied"), false);
    desk.act(Action::Safe { id: first.clone() });
    desk.pass(10);
    desk.begin(Some("satisfied"), false);
    assert_eq!(desk.act(Action::Safe { id: first }), []);
    assert_eq!(desk.kiosk.screen, Screen::Visit);
}

#[test]
fn quick_visits_and_bursts_are_marked_and_count() {
    let mut desk = Desk::new(&[]);
    let mut marks = Vec::new();
    for pause in [10, 10, 2, 10, 10, 10, 10, 300] {
        let id = desk.begin(Some("satisfied"), true);
        let effects = desk.act(Action::Safe { id });
        let Some(Effect::Keep { flagged }) = effects.last() else {
            panic!("{effects:?}")
        };
        marks.push(flagged.as_ref().map(|(_, flag)| *flag));
        desk.act(Action::Touch);
        desk.pass(8);
        // Thanks lasts eight seconds; who does not wait for its end touches at once.
        desk.now += f64::from(pause) * 1000.0 - 8000.0;
    }
    assert_eq!(
        marks,
        [
            None,
            None,
            None,
            Some(Flag::Quick),
            None,
            None,
            Some(Flag::Burst),
            Some(Flag::Burst)
        ]
    );
    desk.begin(None, false);
    assert_eq!(desk.kiosk.visit.as_ref().and_then(|visit| visit.flag), None);
    assert_eq!(
        (desk.kiosk.counts.submitted, desk.kiosk.counts.flagged),
        (8, 3)
    );
}

#[test]
fn closed_it_sleeps_and_a_visit_is_not_cut_short() {
    let mut desk = Desk::new(&[]);
    let id = desk.begin(Some("satisfied"), false);
    desk.is_open = false;
    desk.pass(30);
    assert_eq!(desk.kiosk.screen, Screen::Visit);
    desk.act(Action::Safe { id });
    assert!(desk.pass(8).contains(&Effect::Wake(false)));
    assert_eq!(desk.kiosk.screen, Screen::Asleep);
    let tapped = desk.act(Action::Begin {
        level: None,
        is_whole: false,
    });
    assert_eq!((tapped, desk.kiosk.screen), (vec![], Screen::Asleep));
    desk.is_open = true;
    assert_eq!(desk.pass(1), [Effect::Wake(true)]);
    assert_eq!(desk.kiosk.screen, Screen::Attract);
}

#[test]
fn f39_a_new_version_waits_for_a_quiet_first_screen() {
    let mut desk = Desk::new(&[]);
    let id = desk.begin(Some("satisfied"), false);
    desk.act(Action::Version);
    assert_eq!(desk.pass(50), [], "not while somebody answers");
    desk.act(Action::Safe { id });
    assert_eq!(desk.pass(8), [], "not while somebody is thanked");
    desk.act(Action::Touch);
    assert_eq!(desk.pass(4), [], "not right after a touch");
    assert_eq!(desk.pass(1), [Effect::TakeVersion]);
    assert_eq!(desk.pass(20), [], "once");
}

#[test]
fn staff_wipes_a_visit_and_a_test_is_not_counted() {
    let mut desk = Desk::new(&[]);
    desk.begin(Some("satisfied"), false);
    assert_eq!(desk.act(Action::Staff), [Effect::Wipe]);
    desk.act(Action::Test);
    assert!(desk.kiosk.visit.as_ref().is_some_and(|visit| visit.is_test));
    desk.act(Action::Ready { id: "t".into() });
    desk.act(Action::Safe { id: "t".into() });
    assert_eq!(desk.kiosk.screen, Screen::Thanks);
    desk.pass(8);
    desk.act(Action::Staff);
    desk.pass(59);
    assert_eq!(desk.kiosk.screen, Screen::Staff);
    desk.pass(1);
    assert_eq!(desk.kiosk.screen, Screen::Attract, "staff forgot to leave");
    assert_eq!(
        (desk.kiosk.counts.begun, desk.kiosk.counts.submitted),
        (1, 0)
    );
}

#[test]
fn who_changes_the_language_and_walks_away_leaves_it_to_nobody() {
    let mut desk = Desk::new(&[]);
    desk.act(Action::Touch);
    desk.act(Action::Language("en".into()));
    desk.pass(59);
    assert_eq!(desk.kiosk.language, "en");
    desk.pass(1);
    assert_eq!(desk.kiosk.language, "zh-Hans");
}

#[test]
fn who_goes_back_to_the_first_screen_leaves_nothing() {
    let mut desk = Desk::new(&[]);
    desk.begin(Some("satisfied"), false);
    assert_eq!(desk.act(Action::Cancel), [Effect::Wipe]);
    assert_eq!(
        (desk.kiosk.screen, desk.kiosk.counts.idle_ends),
        (Screen::Attract, 0)
    );
}

fn trigger(n: u32, survey: &str) -> Trigger {
    Trigger {
        id: format!("0198a000-0000-7000-8000-{n:012}"),
        seq: n.into(),
        survey: survey.to_owned(),
        subject: vec![("matter".to_owned(), format!("m-{n}"))],
        expires_in_ms: 120_000.0,
    }
}

fn told(effects: &[Effect]) -> Vec<String> {
    let words = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(word) => Some(word.line()[36..].trim().to_owned()),
        _ => None,
    });
    words.collect()
}

impl Desk {
    /// The window is asked, and shows it; gives the id of its response.
    fn ask(&mut self, n: u32) -> String {
        let effects = self.act(Action::Trigger(trigger(n, "five-level")));
        assert!(
            effects.contains(&Effect::Chime) && effects.contains(&Effect::Mount { level: None })
        );
        assert_eq!(self.kiosk.screen, Screen::Visit);
        self.ids += 1;
        let id = self.ids.to_string();
        let ready = self.act(Action::Ready { id: id.clone() });
        assert_eq!(told(&ready), ["shown"]);
        id
    }
}

#[test]
fn what_a_window_is_asked_to_show_is_shown_at_once_and_its_end_is_told() {
    let mut desk = Desk::new(&[]);
    let id = desk.ask(1);
    assert_eq!(desk.kiosk.survey.as_deref(), Some("five-level"));
    let done = desk.act(Action::Safe { id: id.clone() });
    assert_eq!(told(&done), [format!("answered {id}")]);
    // Thanks are those of the survey that was answered.
    assert_eq!(desk.kiosk.survey.as_deref(), Some("five-level"));
    desk.act(Action::Home);
    assert_eq!(desk.kiosk.survey, None);

    desk.ask(2);
    assert_eq!(told(&desk.act(Action::Cancel)), ["declined"]);

    desk.ask(3);
    let left = desk.pass(95);
    assert_eq!(told(&left), ["timed_out"]);
    assert_eq!(
        (desk.kiosk.screen, desk.kiosk.counts.idle_ends),
        (Screen::Attract, 1)
    );
}

#[test]
fn a_trigger_takes_the_place_of_what_is_on_the_screen_and_comes_once() {
    let mut desk = Desk::new(&[]);
    desk.begin(Some("satisfied"), false);
    desk.act(Action::Language("ug".into()));
    let effects = desk.act(Action::Trigger(trigger(1, "five-level")));
    assert_eq!(
        effects[0],
        Effect::Wipe,
        "nothing of whoever was there is left"
    );
    assert_eq!(desk.kiosk.language, "zh-Hans");
    // The same again, by a stream that was resumed.
    assert_eq!(desk.act(Action::Trigger(trigger(1, "five-level"))), []);
    // The collector knows that the first was replaced.
    let effects = desk.act(Action::Trigger(trigger(2, "five-level")));
    assert_eq!((effects[0].clone(), told(&effects)), (Effect::Wipe, vec![]));
    let asked = desk
        .kiosk
        .visit
        .as_ref()
        .and_then(|visit| visit.trigger.as_ref());
    assert_eq!(asked.map(|asked| asked.seq), Some(2));
}

#[test]
fn a_closed_window_that_is_asked_wakes_and_sleeps_again() {
    let mut desk = Desk::new(&[]);
    desk.is_open = false;
    desk.pass(1);
    assert_eq!(desk.kiosk.screen, Screen::Asleep);
    let effects = desk.act(Action::Trigger(trigger(1, "five-level")));
    assert!(effects.contains(&Effect::Wake(true)));
    desk.act(Action::Cancel);
    assert_eq!(desk.kiosk.screen, Screen::Asleep);
}

#[test]
fn stopped_it_shows_nothing_until_it_may_go_on() {
    let mut desk = Desk::new(&[]);
    let id = desk.begin(None, false);
    desk.act(Action::Stop(true));
    assert_eq!(desk.kiosk.screen, Screen::Visit, "who is answering may end");
    desk.act(Action::Safe { id });
    desk.act(Action::Home);
    assert_eq!(desk.kiosk.screen, Screen::Stopped);
    desk.act(Action::Begin {
        level: None,
        is_whole: false,
    });
    assert!(!desk.kiosk.can_be_asked());
    assert_eq!(desk.act(Action::Trigger(trigger(1, "five-level"))), []);
    desk.pass(600);
    assert_eq!(desk.kiosk.screen, Screen::Stopped);
    desk.act(Action::Staff);
    assert!(!desk.kiosk.can_be_asked());
    desk.act(Action::Leave);
    assert_eq!(desk.kiosk.screen, Screen::Stopped);
    desk.act(Action::Stop(false));
    assert_eq!(desk.kiosk.screen, Screen::Attract);
}

/// An officer's own device whose owner has given the PIN.
fn officers() -> Desk {
    let mut desk = Desk::new(&[]);
    desk.kiosk = desk.kiosk.handed_over();
    assert_eq!(desk.kiosk.screen, Screen::Locked);
    desk.act(Action::Staff);
    desk
}

fn hand_over(desk: &mut Desk) -> Vec<Effect> {
    desk.act(Action::HandOver {
        survey: "home-visit".into(),
        matter: Some("m-1".into()),
    })
}

#[test]
fn a_device_that_is_handed_over_is_locked_after_the_rating() {
    let mut desk = officers();
    assert_eq!(hand_over(&mut desk), [Effect::Wake(true)]);
    assert_eq!(desk.kiosk.screen, Screen::Pass);
    desk.act(Action::Taken);
    assert_eq!(desk.kiosk.screen, Screen::Attract);
    let id = desk.begin(Some("satisfied"), false);
    let of = |desk: &Desk| (desk.kiosk.survey.clone(), desk.kiosk.matter.clone());
    assert_eq!(of(&desk), (Some("home-visit".into()), Some("m-1".into())));
    desk.act(Action::Safe { id });
    assert_eq!(desk.kiosk.screen, Screen::Thanks);
    let home = desk.act(Action::Home);
    assert_eq!(desk.kiosk.screen, Screen::Locked);
    assert!(home.contains(&Effect::Wake(false)), "{home:?}");
    assert_eq!(of(&desk), (None, None));
    // Nothing leads on but the PIN.
    for action in [
        Action::Taken,
        Action::Test,
        Action::Leave,
        Action::Home,
        Action::Cancel,
        Action::Begin {
            level: None,
            is_whole: false,
        },
        Action::HandOver {
            survey: "home-visit".into(),
            matter: None,
        },
    ] {
        assert_eq!(desk.act(action.clone()), [], "{action:?}");
        assert_eq!(desk.kiosk.screen, Screen::Locked, "{action:?}");
    }
    desk.act(Action::Staff);
    assert_eq!(desk.kiosk.screen, Screen::Staff);
}

#[test]
fn who_will_not_rate_gives_it_back_and_who_walks_away_locks_it() {
    let mut desk = officers();
    hand_over(&mut desk);
    desk.act(Action::GiveBack);
    assert_eq!(desk.kiosk.screen, Screen::Locked);
    for taken in [false, true] {
        desk.act(Action::Staff);
        hand_over(&mut desk);
        if taken {
            desk.act(Action::Taken);
        }
        // Long enough to explain something.
        desk.pass(250);
        assert_ne!(desk.kiosk.screen, Screen::Locked);
        desk.pass(60);
        assert_eq!(desk.kiosk.screen, Screen::Locked);
    }
    desk.act(Action::Staff);
    hand_over(&mut desk);
    desk.act(Action::Taken);
    desk.begin(Some("satisfied"), false);
    desk.pass(91);
    assert_eq!(desk.kiosk.screen, Screen::Locked);
    assert_eq!(desk.kiosk.counts.idle_ends, 1);
}

#[test]
fn an_officers_device_has_no_hours_and_no_window_asks_it_but_it_can_be_stopped() {
    let mut desk = officers();
    assert!(!desk.kiosk.can_be_asked());
    desk.act(Action::Leave);
    desk.is_open = false;
    desk.pass(2);
    assert_eq!(desk.kiosk.screen, Screen::Locked);
    assert!(!desk.kiosk.can_be_asked());
    desk.act(Action::Stop(true));
    assert_eq!(desk.kiosk.screen, Screen::Stopped);
    desk.act(Action::Staff);
    assert_eq!(hand_over(&mut desk), []);
    desk.act(Action::Stop(false));
    desk.act(Action::Leave);
    assert_eq!(desk.kiosk.screen, Screen::Locked);
}
