//! The clock is wrong, and so no certificate is right.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use manyi_queue::words::words;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Case, case};
use crate::browser::{Browser, Kind};
use crate::front::Reply;
use crate::lab::{DRAINED, Lab};
use crate::ledger::Sum;
use crate::page::{PATIENCE, Survey};
use crate::tls::{Authority, Dates, Tls};
use crate::webdriver::wait;

/// The cases of this file.
pub const CASES: &[Case] = &[
    case("f34_the_clock_is_ahead_and_tls_fails", |b| {
        wrong(b.kind, Dates::Over, 10.0)
    }),
    case("f34_the_clock_is_behind_and_tls_fails", |b| {
        wrong(b.kind, Dates::ToCome, -15.0)
    }),
];

/// A browser that believes `authority`. Firefox does; Chromium knows the one key that
/// is valid, so that to it the others are a stranger's besides being out of date.
fn believing(kind: Kind, authority: &Authority) -> Browser {
    if kind == Kind::Chromium {
        let key = STANDARD.encode(Sha256::digest(authority.public_key()));
        let word = format!("--ignore-certificate-errors-spki-list={key}");
        return Browser::start_told(kind, &[word]);
    }
    let browser = Browser::start(kind);
    let inside = |context: &str| {
        let told = browser
            .wire
            .post("/moz/context", &json!({ "context": context }));
        told.expect("Firefox can be told");
    };
    inside("chrome");
    let believe = "Cc['@mozilla.org/security/x509certdb;1'].getService(Ci.nsIX509CertDB)
        .addCertFromBase64(arguments[0], 'C,,')";
    let root = STANDARD.encode(&authority.root);
    let told = browser.wire.run(believe, &[json!(root)]);
    told.expect("Firefox takes the authority");
    inside("content");
    browser
}

/// A page whose clock can be set, and says what staff is told.
fn wrong(kind: Kind, dates: Dates, years: f64) -> Sum {
    let authority = Authority::new();
    let browser = believing(kind, &authority);
    let head = "<script>{ const now = Date.now; window.off = 0;
        Date.now = () => now() + window.off; }</script>";
    let mut lab = Lab::with_page(&browser, head);
    let tls = Tls::start(lab.front.address, &authority);
    lab.front.origin.clone_from(&tls.origin);
    let survey = lab.visit_page();
    lab.rate(&survey, 1);
    wait("the first to arrive", DRAINED, || {
        (lab.holds().0 == 0).then_some(())
    });
    assert_eq!(tls.refused(), 0, "a certificate that is valid is taken");
    // The list is a file of its own. A kiosk has it on its disk; here somebody has
    // looked at it before.
    survey.ask("return arguments[0].showQueue()");
    let nothing = "return arguments[0].shadowRoot.querySelector('#queue .warning')";
    wait("the list", PATIENCE, || {
        let list = "return !!arguments[0].shadowRoot.querySelector('#queue button')";
        (survey.ask(list) == true).then_some(())
    });
    assert_eq!(survey.ask(nothing), Value::Null, "nothing to warn of");
    survey.ask("arguments[0].shadowRoot.querySelector('[data-act=close]').click()");

    tls.show(&authority, dates);
    // The browser's own clock cannot be set for it alone: the certificate's dates are
    // wrong instead, and the page's clock.
    survey.ask(&format!("window.off = {years} * 31557600000"));
    let before = lab.requests().len();
    lab.rate(&survey, 3);
    wait("the certificate to be refused", PATIENCE, || {
        (tls.refused() > 0).then_some(())
    });
    assert_eq!(lab.holds(), (3, 0), "kept");
    assert_eq!(lab.requests().len(), before, "nothing got through");

    // Staff comes by a quarter of an hour later.
    survey.ask("window.off += 15 * 60000");
    survey.ask("arguments[0].showQueue()");
    let words = words("zh-Hans");
    let wanted = if dates == Dates::ToCome {
        words.clock_is_wrong
    } else {
        words.clock_may_be_wrong
    };
    let year = survey.ask(
        "const now = performance.timeOrigin + performance.now();
         return String(new Date(now + window.off).getFullYear())",
    );
    let year = year.as_str().unwrap_or_default();
    let said = warning(&survey);
    let (begin, end) = wanted.split_once("{date}").expect("it shows a date");
    assert!(said.starts_with(begin) && said.ends_with(end), "{said}");
    assert!(said.contains(year), "the clock as it is: {year} in {said}");

    // Nothing was thrown away meanwhile, and nothing is once the clock is right.
    assert_eq!(lab.holds(), (3, 0));
    survey.ask("window.off = 0");
    tls.show(&authority, Dates::Valid);
    lab.posts(|_| Reply::Forward);
    let sum = lab.settle(&survey);
    assert_eq!(sum.rows, 4);
    sum
}

/// What the list warns of.
fn warning(survey: &Survey<'_>) -> String {
    wait("the warning in the list", PATIENCE, || {
        let warning =
            "return arguments[0].shadowRoot.querySelector('#queue .warning')?.textContent";
        survey.ask(warning).as_str().map(str::to_owned)
    })
}
