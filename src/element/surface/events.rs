//! The events. All bubble and cross shadow boundaries, and none carries what a
//! person wrote unless `answers-in-events` asks for it.

/// An event.
#[derive(Debug)]
pub struct Event {
    /// The event's type.
    pub name: &'static str,
    /// The TypeScript type of `detail`.
    pub detail: &'static str,
    /// Whether `preventDefault` has an effect.
    pub cancelable: bool,
    /// One sentence or two.
    pub doc: &'static str,
}

macro_rules! events {
    ($($constant:ident $name:literal $cancelable:literal $detail:literal, $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub const $constant: Event = Event {
                name: $name,
                detail: $detail,
                cancelable: $cancelable,
                doc: $doc,
            };
        )*
        /// All events, in the order in which a visit meets them.
        pub const EVENTS: &[Event] = &[$($constant),*];
    };
}

events! {
    READY "manyi-ready" false "{ id: string; survey: ManyiSurveyRef; language: string }",
        "The survey is on screen in place of the children.";
    ANSWER "manyi-answer" false "{ question: string; answer?: ManyiAnswer }",
        "An answer changed. `answer` is there with `answers-in-events` only.";
    INVALID "manyi-invalid" false "{ problems: ManyiProblem[] }",
        "Submitting, or turning the page, found something to mend.";
    SUBMIT "manyi-submit" true
        "{ id: string; survey: ManyiSurveyRef; response?: ManyiResponse; respondWith(delivery: PromiseLike<unknown> | ((response: ManyiResponse) => unknown)): void }",
        "The answers fit and are about to be posted. `preventDefault()` takes the submission back; `respondWith(promise)`, or `respondWith(response => promise)`, delivers it in place of the post.";
    QUEUED "manyi-queued" false "{ id: string; why: ManyiWhy; where: \"device\" | \"page\" }",
        "The rating has not arrived yet. With `where: \"device\"` it is on the disk and will be sent by itself, and the person sees that it is submitted; with `\"page\"` it could not be kept there, and the person is told to send it again.";
    DELIVERED "manyi-delivered" false "{ id: string; receipt: string }",
        "A receipt came back, perhaps for a rating of an earlier visit.";
    REJECTED "manyi-rejected" false "{ id: string; why: ManyiWhy; status?: number; problems: ManyiProblem[] }",
        "The server refuses this content, perhaps of an earlier visit. It is set apart on the device; answers that are still there stay on screen.";
    RESET "manyi-reset" false "{ id: string; reason: \"host\" | \"user\" }",
        "A new visit began; `id` is the new one.";
    ERROR "manyi-error" false "{ reason: ManyiReason; message: string; place?: string }",
        "Something is wrong with the page, the definition or the browser, not with an answer. Also written to the console.";
}
