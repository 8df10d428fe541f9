//! The kiosk as a value: what is on the screen, and what follows from a touch, from
//! the passing of time, and from what the survey says.
//!
//! Time comes in as milliseconds of a clock that nobody sets ([`Ms`]); whether the
//! window is open comes in beside it, because that is the wall clock's affair.

use manyi_model::limits;

use crate::pin::Ms;
use crate::settings::{AtIdle, Settings};
use crate::trigger::{Outcome, Trigger, Word};

/// What is on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Screen {
    /// The collector wants nothing shown until further notice.
    Stopped,
    /// The window is closed.
    Asleep,
    /// An officer's device, after a rating and before the next: the PIN alone leads on.
    Locked,
    /// It is handed over: whoever holds it now is told so.
    Pass,
    /// Waits for a person.
    Attract,
    /// Somebody is answering.
    Visit,
    /// Nobody touched it for a while; the visit is wiped at `until`.
    Warning {
        /// When.
        until: Ms,
    },
    /// Nobody came back: what was answered is being submitted.
    Ending,
    /// Submitted.
    Thanks,
    /// The staff's pages, behind the PIN.
    Staff,
}

/// Why a visit is marked for whoever looks at the figures. It counts all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// It began right after the one before.
    Quick,
    /// One of too many within two minutes.
    Burst,
}

impl Flag {
    /// Its name where it is kept.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Burst => "burst",
        }
    }
}

/// One visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visit {
    /// The response's id, once the survey has said it.
    pub id: Option<String>,
    /// Whether anything was answered.
    pub is_answered: bool,
    /// Whether the tap on the first screen was all there is to say: the first screen
    /// stays until it is submitted.
    pub is_whole: bool,
    /// Whether staff tries the kiosk: nothing is sent.
    pub is_test: bool,
    /// Why it is marked.
    pub flag: Option<Flag>,
    /// What asked for it, where a person did not begin it.
    pub trigger: Option<Trigger>,
}

/// What a kiosk counts; kept over restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Visits that began.
    pub begun: u32,
    /// Visits that ended in thanks.
    pub submitted: u32,
    /// Visits that somebody walked away from.
    pub idle_ends: u32,
    /// Visits that were marked.
    pub flagged: u32,
}

/// What happens to a kiosk.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Time passed.
    Tick {
        /// Whether the window is open.
        is_open: bool,
    },
    /// Somebody touched the screen or a key.
    Touch,
    /// Somebody begins, perhaps with a level of the first question.
    Begin {
        /// The level.
        level: Option<String>,
        /// Whether nothing else has to be asked.
        is_whole: bool,
    },
    /// The survey is on screen.
    Ready {
        /// The id of the response.
        id: String,
    },
    /// A question was answered.
    Answered,
    /// A response is safe: on the device's disk, or at the collector.
    Safe {
        /// Its id.
        id: String,
    },
    /// What was submitted is not safe, or did not fit: the survey says so.
    Unsafe,
    /// The person wants to go back to the first screen.
    Cancel,
    /// The person has read the thanks.
    Home,
    /// The person chose a language.
    Language(String),
    /// The person switched the elder mode.
    Elder(bool),
    /// Somebody gave the right PIN, or it is the first start.
    Staff,
    /// An officer has a person rate: the survey, and the matter where there is a number.
    HandOver {
        /// The survey's id.
        survey: String,
        /// The matter, as an opaque token.
        matter: Option<String>,
    },
    /// The person holds the device, and goes on.
    Taken,
    /// The person gives it back without a rating.
    GiveBack,
    /// Staff goes back to the kiosk.
    Leave,
    /// Staff tries it: a visit that is not sent.
    Test,
    /// A whole new version lies on the device.
    Version,
    /// The window is asked to show a survey.
    Trigger(Trigger),
    /// The collector wants nothing shown, or lets the kiosk go on.
    Stop(bool),
}

/// What the page has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Put a fresh survey on the page, with this level of the first question.
    Mount {
        /// The level.
        level: Option<String>,
    },
    /// Submit what was answered.
    Submit,
    /// Take the survey off the page, and all that a person left.
    Wipe,
    /// Keep the counts, and the mark of a visit that was submitted.
    Keep {
        /// The id of a marked response, and why.
        flagged: Option<(String, Flag)>,
    },
    /// Keep the screen on, or let it go dark.
    Wake(bool),
    /// Go over to the new version.
    TakeVersion,
    /// Make a short sound.
    Chime,
    /// Tell the collector what became of a trigger.
    Tell(Word),
}

/// The kiosk.
#[derive(Clone, Debug, PartialEq)]
pub struct Kiosk {
    /// What is on the screen.
    pub screen: Screen,
    /// The visit, while there is one.
    pub visit: Option<Visit>,
    /// The language of the screen.
    pub language: String,
    /// Whether type is large.
    pub elder: bool,
    /// What it counted.
    pub counts: Counts,
    /// The survey on the screen, where it is not the usual one.
    pub survey: Option<String>,
    /// The matter that an officer has rated.
    pub matter: Option<String>,
    /// Whether it is an officer's own device.
    is_handover: bool,
    /// Since when the screen is what it is.
    since: Ms,
    touched: Ms,
    is_open: bool,
    is_stopped: bool,
    has_version: bool,
    /// When visits began, not longer ago than a burst is.
    begun: Vec<Ms>,
    ended: Option<Ms>,
    home: (String, bool),
}

/// How long the screen has to be quiet before a new version takes over.
const QUIET_MS: Ms = 5_000.0;
/// How long a submission that nobody waits for may take until its visit is wiped. What
/// is on the disk by then is sent later; saving takes a few milliseconds.
const ENDING_MS: Ms = 10_000.0;
/// How long somebody may hold a device that was handed over before they answer: nothing
/// is lost then, and who explains something does not touch it meanwhile.
const HELD_MS: Ms = 300_000.0;

impl Kiosk {
    /// A kiosk on its first screen. `language` is what every visit begins in.
    pub fn new(now: Ms, language: String, elder: bool, counts: Counts) -> Self {
        Self {
            screen: Screen::Attract,
            visit: None,
            language: language.clone(),
            elder,
            counts,
            survey: None,
            matter: None,
            is_handover: false,
            since: now,
            touched: now,
            is_open: true,
            is_stopped: false,
            has_version: false,
            begun: Vec::new(),
            ended: None,
            home: (language, elder),
        }
    }

    /// An officer's own device, locked. It has no opening hours, and no window asks it.
    #[must_use]
    pub fn handed_over(self) -> Self {
        Self {
            screen: Screen::Locked,
            is_handover: true,
            ..self
        }
    }

    /// Whether a trigger can be shown now. Staff at their pages is not interrupted.
    pub fn can_be_asked(&self) -> bool {
        !self.is_stopped && !self.is_handover && self.screen != Screen::Staff
    }

    /// Whole seconds that are left of a warning.
    pub fn seconds_left(&self, now: Ms) -> Option<u32> {
        let Screen::Warning { until } = self.screen else {
            return None;
        };
        let left = ((until - now) / 1000.0)
            .ceil()
            .clamp(0.0, f64::from(limits::KIOSK_SECONDS_MAX));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped"
        )]
        let left = left as u32;
        Some(left)
    }

    /// The kiosk after `action`, and what the page has to do.
    pub fn reduce(&self, action: Action, now: Ms, settings: &Settings) -> (Self, Vec<Effect>) {
        let mut next = self.clone();
        let mut effects = Vec::new();
        next.step(action, now, settings, &mut effects);
        (next, effects)
    }

    fn step(&mut self, action: Action, now: Ms, settings: &Settings, effects: &mut Vec<Effect>) {
        match action {
            Action::Tick { is_open } => {
                self.is_open = is_open;
                self.tick(now, settings, effects);
            }
            Action::Touch => {
                self.touched = now;
                if matches!(self.screen, Screen::Warning { .. }) {
                    self.show(Screen::Visit, now);
                }
            }
            Action::Begin { level, is_whole } if self.screen == Screen::Attract => {
                let visit = Visit {
                    is_answered: level.is_some(),
                    is_whole: is_whole && level.is_some(),
                    ..Visit::default()
                };
                self.begin(visit, level, now, settings, effects);
            }
            Action::Test if self.screen == Screen::Staff => {
                let visit = Visit {
                    is_test: true,
                    ..Visit::default()
                };
                self.survey = None;
                self.begin(visit, None, now, settings, effects);
            }
            Action::HandOver { survey, matter } if self.may_hand_over() => {
                self.touched = now;
                (self.survey, self.matter) = (Some(survey), matter);
                self.show(Screen::Pass, now);
                effects.push(Effect::Wake(true));
            }
            Action::Taken if self.screen == Screen::Pass => self.show(Screen::Attract, now),
            Action::GiveBack if self.is_held() => self.go_home(now, effects),
            Action::Trigger(trigger) if self.can_be_asked() => {
                self.asked(trigger, now, settings, effects);
            }
            Action::Stop(is_stopped) => {
                self.is_stopped = is_stopped;
                let is_first = matches!(
                    self.screen,
                    Screen::Asleep | Screen::Attract | Screen::Stopped | Screen::Locked
                ) && !self.is_held();
                // Somebody who is answering may end.
                if is_first && self.screen != self.first() {
                    self.show(self.first(), now);
                }
            }
            Action::Ready { id } => {
                if let Some(visit) = &mut self.visit {
                    visit.id = Some(id);
                    tell(visit, Outcome::Shown, effects);
                    if visit.is_whole {
                        effects.push(Effect::Submit);
                    }
                }
            }
            Action::Answered => {
                if let Some(visit) = &mut self.visit {
                    visit.is_answered = true;
                }
            }
            Action::Safe { id } => self.safe(&id, now, effects),
            Action::Unsafe => {
                if let Some(visit) = &mut self.visit {
                    visit.is_whole = false;
                }
                if self.screen == Screen::Ending {
                    self.walked_away(now, effects);
                }
            }
            Action::Cancel => {
                if let Some(visit) = &self.visit {
                    tell(visit, Outcome::Declined, effects);
                    self.go_home(now, effects);
                }
            }
            Action::Language(language) => self.language = language,
            Action::Elder(elder) => self.elder = elder,
            Action::Staff => {
                self.touched = now;
                if self.visit.take().is_some() {
                    effects.push(Effect::Wipe);
                }
                self.show(Screen::Staff, now);
            }
            Action::Leave if self.screen == Screen::Staff => self.go_home(now, effects),
            Action::Home if self.screen == Screen::Thanks => self.go_home(now, effects),
            Action::Version => self.has_version = true,
            Action::Begin { .. }
            | Action::HandOver { .. }
            | Action::Taken
            | Action::GiveBack
            | Action::Test
            | Action::Trigger(_)
            | Action::Leave
            | Action::Home => {}
        }
    }

    fn tick(&mut self, now: Ms, settings: &Settings, effects: &mut Vec<Effect>) {
        let is_idle = now - self.touched >= settings.idle_ms;
        match self.screen {
            Screen::Pass | Screen::Attract if self.is_held() => self.held(now, effects),
            Screen::Asleep | Screen::Attract | Screen::Stopped | Screen::Locked => {
                let wanted = self.first();
                if self.screen != wanted {
                    self.show(wanted, now);
                    effects.push(Effect::Wake(self.is_open && !self.is_handover));
                }
                if is_idle {
                    // Somebody chose a language and went away.
                    (self.language, self.elder) = self.home.clone();
                }
                let quiet = now - self.touched.max(self.since) >= QUIET_MS;
                if self.has_version && quiet {
                    self.has_version = false;
                    effects.push(Effect::TakeVersion);
                }
            }
            // A tap that is the whole visit has nobody to warn.
            Screen::Visit if is_idle && self.visit.as_ref().is_some_and(|visit| visit.is_whole) => {
                self.walked_away(now, effects);
            }
            Screen::Visit if is_idle => {
                let until = now + settings.warning_ms;
                self.show(Screen::Warning { until }, now);
            }
            Screen::Warning { until } if now >= until => {
                let has_answer = self
                    .visit
                    .as_ref()
                    .is_some_and(|visit| visit.is_answered && !visit.is_test);
                if settings.at_idle == AtIdle::Submit && has_answer {
                    self.show(Screen::Ending, now);
                    effects.push(Effect::Submit);
                } else {
                    self.walked_away(now, effects);
                }
            }
            Screen::Ending if now - self.since >= ENDING_MS => self.walked_away(now, effects),
            Screen::Thanks if now - self.since >= settings.thanks_ms => self.go_home(now, effects),
            Screen::Staff if is_idle => self.go_home(now, effects),
            _ => {}
        }
    }

    /// A survey that somebody asked for takes the place of whatever is on the screen.
    fn asked(&mut self, trigger: Trigger, now: Ms, settings: &Settings, effects: &mut Vec<Effect>) {
        let shown = self.visit.as_ref().and_then(|visit| visit.trigger.as_ref());
        if shown.is_some_and(|shown| shown.id == trigger.id) {
            return;
        }
        if self.visit.take().is_some() {
            effects.push(Effect::Wipe);
        }
        (self.language, self.elder) = self.home.clone();
        if self.screen == Screen::Asleep {
            effects.push(Effect::Wake(true));
        }
        effects.push(Effect::Chime);
        let survey = trigger.survey.clone();
        let visit = Visit {
            trigger: Some(trigger),
            ..Visit::default()
        };
        self.begin(visit, None, now, settings, effects);
        self.survey = Some(survey);
    }

    fn begin(
        &mut self,
        mut visit: Visit,
        level: Option<String>,
        now: Ms,
        settings: &Settings,
        effects: &mut Vec<Effect>,
    ) {
        if !visit.is_test {
            self.begun
                .retain(|at| now - at < f64::from(limits::KIOSK_BURST_S) * 1000.0);
            self.begun.push(now);
            let is_quick = self
                .ended
                .is_some_and(|ended| now - ended < settings.interval_ms);
            visit.flag = is_quick.then_some(Flag::Quick);
            if self.begun.len() > settings.burst {
                visit.flag = Some(Flag::Burst);
            }
            self.counts.begun += 1;
            self.counts.flagged += u32::from(visit.flag.is_some());
        }
        self.touched = now;
        self.visit = Some(visit);
        if !self.is_handover {
            self.survey = None;
        }
        self.show(Screen::Visit, now);
        effects.push(Effect::Mount { level });
        effects.push(Effect::Keep { flagged: None });
    }

    fn safe(&mut self, id: &str, now: Ms, effects: &mut Vec<Effect>) {
        let Some(visit) = self.visit.take_if(|visit| visit.id.as_deref() == Some(id)) else {
            // A response of an earlier visit has arrived.
            return;
        };
        self.ended = Some(now);
        let response = id.to_owned();
        tell(&visit, Outcome::Answered { response }, effects);
        if self.screen == Screen::Ending {
            // Submitted, and nobody is there to thank.
            self.counts.idle_ends += 1;
            effects.push(Effect::Wipe);
            self.go_home(now, effects);
        } else {
            self.counts.submitted += u32::from(!visit.is_test);
            effects.push(Effect::Wipe);
            self.show(Screen::Thanks, now);
        }
        effects.push(Effect::Keep {
            flagged: visit.flag.map(|flag| (id.to_owned(), flag)),
        });
    }

    fn walked_away(&mut self, now: Ms, effects: &mut Vec<Effect>) {
        let is_test = self.visit.as_ref().is_some_and(|visit| visit.is_test);
        self.counts.idle_ends += u32::from(!is_test);
        if let Some(visit) = &self.visit {
            tell(visit, Outcome::TimedOut, effects);
        }
        self.go_home(now, effects);
        effects.push(Effect::Keep { flagged: None });
    }

    /// The first screen, in the kiosk's own language, with nothing of anybody.
    fn go_home(&mut self, now: Ms, effects: &mut Vec<Effect>) {
        if self.visit.take().is_some() {
            self.ended = Some(now);
            effects.push(Effect::Wipe);
        }
        (self.language, self.elder) = self.home.clone();
        (self.survey, self.matter) = (None, None);
        self.show(self.first(), now);
        if !self.is_open || self.is_handover {
            effects.push(Effect::Wake(false));
        }
    }

    /// The screen that waits for a person, or keeps them away.
    fn first(&self) -> Screen {
        match (self.is_stopped, self.is_open) {
            (true, _) => Screen::Stopped,
            _ if self.is_handover => Screen::Locked,
            (false, true) => Screen::Attract,
            (false, false) => Screen::Asleep,
        }
    }

    /// Whether somebody holds a device that was handed over, and has not begun.
    fn is_held(&self) -> bool {
        self.is_handover && matches!(self.screen, Screen::Pass | Screen::Attract)
    }

    /// Locks a device that nobody has touched for long.
    fn held(&mut self, now: Ms, effects: &mut Vec<Effect>) {
        if now - self.touched.max(self.since) >= HELD_MS {
            self.go_home(now, effects);
        }
    }

    fn may_hand_over(&self) -> bool {
        self.is_handover && !self.is_stopped && self.screen == Screen::Staff
    }

    fn show(&mut self, screen: Screen, now: Ms) {
        self.screen = screen;
        self.since = now;
    }
}

/// Owes the collector the word for a visit that it asked for.
fn tell(visit: &Visit, outcome: Outcome, effects: &mut Vec<Effect>) {
    if let Some(trigger) = &visit.trigger {
        effects.push(Effect::Tell(Word {
            trigger: trigger.id.clone(),
            outcome,
        }));
    }
}

#[cfg(test)]
mod tests;
