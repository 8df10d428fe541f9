//! One respondent's visit as a value: what is answered, what is shown, and what
//! happens next. [`Visit::reduce`] is the only way from one state to the next; it
//! knows no clock, no network and no DOM. The element carries out the [`Effect`]s.

use std::ops::Range;
use std::rc::Rc;

use manyi_model::{Answer, Answers, Definition, Kind, Map, Pick, Problem, Question};
use manyi_model::{number, validate, visible};

mod input;
pub use input::is_chosen;
#[cfg(test)]
mod tests;

/// One respondent's visit.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The survey.
    pub definition: Rc<Definition>,
    /// The UUID of the response: the same from opening until reset, whatever is retried.
    pub id: String,
    /// Everything answered, also what is hidden just now: nothing typed vanishes.
    pub answers: Answers,
    /// The language the person reads.
    pub language: String,
    /// Whether the elder mode is on.
    pub elder: bool,
    /// The page on screen, counted from 0 among [`Visit::pages`].
    pub page: usize,
    /// How far it is.
    pub phase: Phase,
    /// The problems shown.
    pub problems: Vec<Problem>,
    /// Where the view moves the focus after this step.
    pub focus: Option<Focus>,
    /// What lies on the device.
    pub queue: Queue,
    /// Whether the person wants what is personal kept on this device without lock.
    pub agreed: bool,
    /// By question, what was typed where the answer alone cannot hold it: a number
    /// as written, the words of an "other" that is not chosen any more.
    typed: Map<String>,
    /// How often somebody changed a control when answers could not be changed any more.
    /// Each time the controls are drawn again as the answers are.
    late: u32,
}

/// How far a visit is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The person answers.
    Filling,
    /// The answers are on their way.
    Sending,
    /// They did not arrive; everything is still on screen and can be changed.
    Failed(Failure),
    /// They are submitted.
    Done {
        /// The number to show.
        receipt: String,
        /// Whether they still lie on this device and nowhere else.
        is_saved: bool,
    },
}

/// Why answers did not arrive: one sentence each in the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection, or no answer in time.
    Network,
    /// The server is busy or in repair.
    Server,
    /// What came back was no receipt.
    Answer,
    /// The server refuses this content.
    Refused,
    /// This id arrived before with other content.
    Conflict,
    /// They did not arrive, and the device cannot keep them.
    Unsaved,
    /// They did not arrive, and what is personal in them cannot be kept under lock.
    Unsealed,
}

/// What lies on the device, of this and other visits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Responses that wait to be sent.
    pub waiting: u32,
    /// Responses that were refused, for staff.
    pub apart: u32,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The question is answered so; `None` takes the answer away.
    Answer {
        /// The question's id.
        question: String,
        /// The answer.
        answer: Option<Answer>,
    },
    /// A control of the form says something new.
    Input {
        /// Its form field, such as `answers.overall` (see `manyi_model::fields`).
        field: String,
        /// Its value.
        value: String,
        /// Whether it is checked, for what can be.
        checked: bool,
    },
    /// Another language.
    Language(String),
    /// Elder mode on or off.
    Elder(bool),
    /// To the next page.
    Next,
    /// To the page before.
    Back,
    /// To the place of a problem.
    Show {
        /// The question's id.
        question: String,
        /// The item's, in a rating with items.
        item: Option<String>,
    },
    /// Submit, or submit again.
    Submit,
    /// The host page called the sending off; the person can go on.
    Recalled,
    /// The answers arrived.
    Delivered {
        /// The number to show.
        receipt: String,
    },
    /// The answers are on the device's disk and will be sent.
    Saved,
    /// So many things lie on the device.
    Queue(Queue),
    /// Open the list of what lies on the device.
    ShowQueue,
    /// Submit, and keep what is personal without lock where it cannot be sent.
    Agree,
    /// The answers did not arrive.
    Failed {
        /// Why.
        failure: Failure,
        /// What the server found wrong.
        problems: Vec<Problem>,
    },
    /// The next person.
    Reset {
        /// A new UUID.
        id: String,
        /// The language to begin in.
        language: String,
        /// Whether the elder mode is on at first.
        elder: bool,
    },
}

/// What the element has to do after a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A question got another answer.
    Answered {
        /// Its id.
        question: String,
    },
    /// Next or submit was refused.
    Invalid {
        /// Why.
        problems: Vec<Problem>,
    },
    /// Send [`Visit::sendable`] under [`Visit::id`].
    Send,
    /// Open the list of what lies on the device.
    ShowQueue,
    /// The language is another one.
    LanguageChanged,
}

/// A place that takes the focus. The count tells one move from the next to the same place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// Where.
    pub place: Place,
    /// The how-manieth move of this visit.
    pub count: u32,
}

/// Where the focus goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The list of what is wrong.
    Summary,
    /// The heading of the page.
    Heading,
    /// The first control of a question, or of one item.
    Control {
        /// The question's id.
        question: String,
        /// The item's.
        item: Option<String>,
    },
    /// The thanks.
    Outcome,
}

impl Visit {
    /// A visit in which nothing is answered yet.
    pub fn new(definition: Rc<Definition>, id: String, language: String) -> Self {
        Self {
            definition,
            id,
            answers: Answers::new(),
            language,
            elder: false,
            page: 0,
            phase: Phase::Filling,
            problems: Vec::new(),
            focus: None,
            queue: Queue::default(),
            agreed: false,
            typed: Map::new(),
            late: 0,
        }
    }

    /// The same with answers taken over from the child form or from an instance that crashed.
    #[must_use]
    pub fn with_answers(mut self, answers: Answers) -> Self {
        for (question, answer) in answers.iter() {
            self.remember_other(question, answer);
        }
        self.answers = answers;
        self
    }

    /// The same with the elder mode on or off from the start.
    #[must_use]
    pub fn with_elder(mut self, elder: bool) -> Self {
        self.elder = elder;
        self
    }

    /// For each question of the survey, whether it is shown for these answers.
    pub fn shown(&self) -> Vec<bool> {
        visible(&self.definition, &self.answers)
    }

    /// The pages, as ranges of questions. A page on which nothing is shown is left out.
    pub fn pages(&self) -> Vec<Range<usize>> {
        let shown = self.shown();
        let mut pages: Vec<Range<usize>> = Vec::new();
        let mut start = 0;
        for end in 1..=shown.len() {
            let ends = self
                .definition
                .questions
                .get(end)
                .is_none_or(|next| next.new_page);
            if ends {
                if shown[start..end].contains(&true) {
                    pages.push(start..end);
                }
                start = end;
            }
        }
        pages
    }

    /// The answers that are posted: those of questions shown, and none that is empty.
    pub fn sendable(&self) -> Answers {
        let shown = self.shown();
        let mut sendable = self.answers.clone();
        sendable.retain(|id, answer| {
            let place = self.definition.questions.iter().position(|q| q.id == id);
            !answer.is_empty() && place.is_some_and(|place| shown[place])
        });
        sendable
    }

    /// The words in the text field of `question`: of a text, a telephone number, a
    /// number as written, or of an "other".
    pub fn written(&self, question: &Question) -> String {
        if let (Kind::Text | Kind::Phone, Some(Answer::Word(word))) =
            (question.kind, self.answers.get(&question.id))
        {
            return word.clone();
        }
        match (self.typed.get(&question.id), self.answers.get(&question.id)) {
            (Some(typed), _) => typed.clone(),
            (None, Some(Answer::Number(number))) => number::print(*number),
            (None, Some(Answer::Word(word))) if question.kind == Kind::Number => word.clone(),
            _ => String::new(),
        }
    }

    /// The visit after `action`, and what there is to do.
    pub fn reduce(&self, action: Action) -> (Self, Vec<Effect>) {
        let mut next = self.clone();
        let mut effects = Vec::new();
        match action {
            Action::Answer { question, answer } => {
                next.typed.remove(&question);
                next.answer(question, answer, &mut effects);
            }
            Action::Input {
                field,
                value,
                checked,
            } => next.input(&field, value, checked, &mut effects),
            Action::Language(language) => {
                if language != self.language {
                    next.language = language;
                    effects.push(Effect::LanguageChanged);
                }
            }
            Action::Elder(elder) => next.elder = elder,
            Action::Next => next.turn(&mut effects),
            Action::Back => {
                if next.is_open() && next.page > 0 {
                    next.page -= 1;
                    next.problems.clear();
                    next.focus(Place::Heading);
                }
            }
            Action::Show { question, item } => {
                next.page = next.page_of(&question).unwrap_or(next.page);
                next.focus(Place::Control { question, item });
            }
            Action::Submit => next.submit(&mut effects),
            Action::Recalled => {
                if next.phase == Phase::Sending {
                    next.phase = Phase::Filling;
                }
            }
            Action::Delivered { receipt } => next.done(receipt, false),
            Action::Saved => next.done(self.id.clone(), true),
            Action::Queue(queue) => next.queue = queue,
            Action::ShowQueue => effects.push(Effect::ShowQueue),
            Action::Agree => {
                next.agreed = true;
                next.submit(&mut effects);
            }
            Action::Failed { failure, problems } => {
                // What was saved may be refused when it is sent at last.
                if matches!(
                    next.phase,
                    Phase::Sending | Phase::Done { is_saved: true, .. }
                ) {
                    next.phase = Phase::Failed(failure);
                    if !problems.is_empty() {
                        next.refuse(problems);
                    }
                }
            }
            Action::Reset {
                id,
                language,
                elder,
            } => {
                next = Self::new(self.definition.clone(), id, language).with_elder(elder);
                next.queue = self.queue;
                if next.language != self.language {
                    effects.push(Effect::LanguageChanged);
                }
            }
        }
        (next, effects)
    }

    /// Whether the question at `place` reads and is answered in `other` as it is here,
    /// so that there is nothing to draw again.
    pub fn is_same_question(&self, other: &Self, place: usize) -> bool {
        let Some(question) = self.definition.questions.get(place) else {
            return false;
        };
        let id = question.id.as_str();
        let own = |problem: &&Problem| problem.question == id;
        let problems = self.problems.iter().filter(own);
        Rc::ptr_eq(&self.definition, &other.definition)
            && self.language == other.language
            && self.late == other.late
            && self.answers.get(id) == other.answers.get(id)
            && self.typed.get(id) == other.typed.get(id)
            && problems.eq(other.problems.iter().filter(own))
    }

    /// Whether all that stands around the questions is in `other` as it is here. While
    /// something is wrong or under way it is taken to differ.
    pub fn is_same_around(&self, other: &Self) -> bool {
        let is_plain = |visit: &Self| visit.phase == Phase::Filling && visit.problems.is_empty();
        is_plain(self)
            && is_plain(other)
            && Rc::ptr_eq(&self.definition, &other.definition)
            && self.id == other.id
            && self.language == other.language
            && self.elder == other.elder
            && self.page == other.page
            && self.focus == other.focus
            && self.queue == other.queue
            && self.shown() == other.shown()
    }

    /// Whether answers can be changed: not while they are under way, nor after they arrived.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Filling | Phase::Failed(_))
    }

    fn answer(&mut self, id: String, answer: Option<Answer>, effects: &mut Vec<Effect>) {
        if !self.is_open() || self.answers.get(&id) == answer.as_ref() {
            return;
        }
        match answer {
            Some(answer) => {
                self.remember_other(&id, &answer);
                self.answers.insert(id.clone(), answer);
            }
            None => {
                self.answers.remove(&id);
            }
        }
        self.mend(&id);
        effects.push(Effect::Answered { question: id });
    }

    fn remember_other(&mut self, question: &str, answer: &Answer) {
        let other = match answer {
            Answer::Other(text) => Some(text),
            Answer::Picks(picks) => picks.iter().find_map(|pick| match pick {
                Pick::Other(text) => Some(text),
                Pick::Choice(_) => None,
            }),
            _ => None,
        };
        if let Some(text) = other {
            self.typed.insert(question.to_owned(), text.clone());
        }
    }

    /// Takes away the problems that the new answer to `changed` has settled. New
    /// ones wait for the next submit: nobody is told off in the middle of a word.
    fn mend(&mut self, changed: &str) {
        if self.problems.is_empty() {
            return;
        }
        let found = validate(&self.definition, &self.sendable());
        let shown = self.shown();
        let questions = &self.definition.questions;
        self.problems.retain_mut(|problem| {
            if problem.question == changed {
                let same = |other: &&Problem| {
                    other.question == problem.question
                        && other.item == problem.item
                        && std::mem::discriminant(&other.code)
                            == std::mem::discriminant(&problem.code)
                };
                let still = found.iter().find(same).cloned();
                if let Some(still) = still {
                    *problem = still;
                    return true;
                }
                return false;
            }
            let place = questions.iter().position(|q| q.id == problem.question);
            place.is_none_or(|place| shown[place])
        });
    }

    fn turn(&mut self, effects: &mut Vec<Effect>) {
        let pages = self.pages();
        if !self.is_open() || self.page + 1 >= pages.len() {
            return;
        }
        let here = &self.definition.questions[pages[self.page].clone()];
        let mut problems = validate(&self.definition, &self.sendable());
        problems.retain(|problem| here.iter().any(|q| q.id == problem.question));
        if problems.is_empty() {
            self.problems.clear();
            self.page += 1;
            self.focus(Place::Heading);
        } else {
            effects.push(Effect::Invalid {
                problems: problems.clone(),
            });
            self.refuse(problems);
        }
    }

    /// Submitted. What was saved may arrive later; then only its place is another one.
    fn done(&mut self, receipt: String, saved: bool) {
        match &self.phase {
            Phase::Done { is_saved: true, .. } if !saved => {}
            Phase::Done { .. } => return,
            _ => {
                self.problems.clear();
                self.focus(Place::Outcome);
            }
        }
        self.phase = Phase::Done {
            receipt,
            is_saved: saved,
        };
    }

    fn submit(&mut self, effects: &mut Vec<Effect>) {
        // A second tap while sending, or after a conflict that staff now looks at,
        // must not send again.
        if !self.is_open() || self.phase == Phase::Failed(Failure::Conflict) {
            return;
        }
        let problems = validate(&self.definition, &self.sendable());
        if problems.is_empty() {
            self.problems.clear();
            self.phase = Phase::Sending;
            effects.push(Effect::Send);
        } else {
            self.phase = Phase::Filling;
            effects.push(Effect::Invalid {
                problems: problems.clone(),
            });
            self.refuse(problems);
        }
    }

    /// Shows what is wrong, on the first page where something is.
    fn refuse(&mut self, problems: Vec<Problem>) {
        let first = problems.iter().find_map(|p| self.page_of(&p.question));
        self.page = first.unwrap_or(self.page);
        self.problems = problems;
        self.focus(Place::Summary);
    }

    fn page_of(&self, question: &str) -> Option<usize> {
        let place = self.definition.questions.iter();
        let place = place.clone().position(|q| q.id == question)?;
        self.pages().iter().position(|page| page.contains(&place))
    }

    fn focus(&mut self, place: Place) {
        let count = self.focus.as_ref().map_or(0, |focus| focus.count) + 1;
        self.focus = Some(Focus { place, count });
    }

    /// The problems shown with `question`, or with one of its items.
    pub fn problems_of<'a>(
        &'a self,
        question: &'a str,
        item: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Problem> {
        self.problems
            .iter()
            .filter(move |p| p.question == question && p.item.as_deref() == item)
    }
}
