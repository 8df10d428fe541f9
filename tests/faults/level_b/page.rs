//! Pages that crash, lack their files, or move the element about.

use serde_json::json;

use super::{Case, case};
use crate::browser::Browser;
use crate::front::Reply;
use crate::lab::{DRAINED, Lab};
use crate::ledger::Sum;
use crate::page::{PATIENCE, Survey};
use crate::webdriver::wait;

/// The cases of this file.
pub const CASES: &[Case] = &[
    case("f08_a_portal_answers_for_the_outbox", outbox_file),
    case("f08_a_portal_answers_for_script_and_wasm", files),
    case("f35_f36_three_traps_leave_the_queue_whole", traps),
    case("f40_two_widgets_have_ids_of_their_own", two_widgets),
    case("f40_removed_and_put_back_it_submits_nothing", removed),
];

fn portal(request: &crate::front::Request, word: &str) -> Reply {
    if request.path.contains(word) {
        Reply::text(200, "text/html", "<form>WLAN</form>")
    } else {
        Reply::Forward
    }
}

/// The survey is on screen when the network turns into a portal: the outbox cannot be
/// fetched, so nothing can be saved, and nothing is called submitted.
fn outbox_file(browser: &Browser) -> Sum {
    let lab = Lab::new(browser, None);
    lab.turn(|request| portal(request, "outbox"));
    let survey = lab.visit();
    let definition = crate::collector::definition(crate::lab::SURVEY);
    let answers = crate::plan::plan(&definition, crate::plan::Mood::Pleased);
    survey.fill(&definition, &answers);
    survey.submit();
    survey.named("alert", survey.words().failed_network);
    assert_eq!(lab.witness("shown").len(), 0, "nothing is called submitted");
    lab.mend();
    survey.press(survey.words().retry);
    survey.receipt();
    lab.settle(&survey)
}

/// Everything of the widget is a login page: the plain form stays. Nothing of it is
/// cached: once the network is a network, so is the widget a widget.
fn files(browser: &Browser) -> Sum {
    let lab = Lab::with_page(browser, "");
    lab.turn(|request| portal(request, "manyi"));
    let open = browser.wire.goto(&format!("{}/page", lab.front.origin));
    open.expect("the page opens");
    Survey::plain_form(browser);
    lab.mend();
    let survey = lab.visit_page();
    lab.rate(&survey, 1);
    lab.settle(&survey)
}

/// A trap as the browser reports one.
const TRAP: &str = "const error = new WebAssembly.RuntimeError('unreachable');
    Object.defineProperty(error, 'stack', { value: 'RuntimeError: unreachable\\n at https://x/manyi_bg-1.wasm:1:1' });
    window.dispatchEvent(new ErrorEvent('error', { error }));";

fn traps(browser: &Browser) -> Sum {
    let lab = Lab::with_page(
        browser,
        "<script>window.trap = () => { TRAP }</script>"
            .replace("TRAP", TRAP)
            .as_str(),
    );
    let survey = lab.visit_page();
    lab.posts(|_| Reply::Drop);
    lab.rate(&survey, 2);
    for _ in 0..2 {
        browser
            .wire
            .run("window.trap()", &[])
            .expect("the page answers");
        let survey = lab.witnessed(0);
        lab.rate(&survey, 1);
    }
    assert_eq!(lab.holds(), (4, 0), "the queue is whole");
    browser
        .wire
        .run("window.trap()", &[])
        .expect("the page answers");
    // After the third the plain form is back, and the next page drains.
    wait("the plain form", PATIENCE, || {
        let shown = "return document.querySelector('form.manyi-form').checkVisibility()";
        (browser.wire.run(shown, &[]).ok()? == true).then_some(())
    });
    lab.mend();
    let survey = lab.visit_page();
    lab.settle(&survey)
}

fn two_widgets(browser: &Browser) -> Sum {
    let lab = Lab::with_page(browser, "");
    lab.visit_page();
    let twice = "const host = document.querySelector('manyi-survey');
        host.after(host.cloneNode(true));";
    browser.wire.run(twice, &[]).expect("the page answers");
    let surveys = [lab.witnessed(0), lab.witnessed(1)];
    lab.posts(|_| Reply::Drop);
    for _ in 0..2 {
        for survey in &surveys {
            lab.rate(survey, 1);
        }
    }
    assert_eq!(lab.holds(), (4, 0));
    let sum = lab.settle(&surveys[0]);
    assert_eq!((sum.tapped, sum.rows), (4, 4), "an id for each");
    sum
}

fn removed(browser: &Browser) -> Sum {
    let (lab, survey) = Lab::open(browser);
    lab.rate(&survey, 1);
    wait("it to arrive", DRAINED, || {
        (lab.holds().0 == 0).then_some(())
    });
    let put_back = "const [host] = arguments; const home = host.parentNode;
         host.remove();
         return new Promise((done) => setTimeout(() => { home.append(host); done(); }, 50));";
    browser
        .wire
        .run(put_back, &[survey.scope.json()])
        .expect("the page answers");
    let survey = lab.witnessed(0);
    let sum = lab.settle(&survey);
    assert_eq!((sum.tapped, sum.rows, lab.ids().len()), (1, 1, 1));
    let counts = lab.flush(&survey);
    assert_eq!(counts, json!({ "delivered": 0, "kept": 0, "rejected": 0 }));
    sum
}
