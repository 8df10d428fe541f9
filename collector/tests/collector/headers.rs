//! S15: the exact headers of each type of page.

use std::collections::BTreeMap;

use crate::running::{FORM, JSON, Reply, Running, encoded, id, satisfied};
use crate::tablets::{bearer, tablet};
use crate::triggers::{ask, key};

const COMMON: [(&str, &str); 4] = [
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];
const NOTHING: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// All headers but the date, the length, and the hash of the page's style.
fn seen(reply: &Reply) -> BTreeMap<String, String> {
    let mut seen = BTreeMap::new();
    for (name, value) in &reply.headers {
        let mut value = value.to_str().unwrap().to_owned();
        match name.as_str() {
            "date" | "content-length" => continue,
            "content-security-policy" => {
                if let Some((before, rest)) = value.split_once("'sha256-") {
                    let (hash, behind) = rest.split_once('\'').unwrap();
                    assert_eq!(hash.len(), 44);
                    value = format!("{before}'sha256-…'{behind}");
                }
            }
            "etag" => value = format!("{} characters", value.len()),
            _ => {}
        }
        assert!(
            seen.insert(name.to_string(), value).is_none(),
            "{name} twice"
        );
    }
    seen
}

fn expected(own: &[(&str, &str)]) -> BTreeMap<String, String> {
    let all = COMMON.iter().chain(own);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

const SURVEY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'sha256-…'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const STILL: &str = "default-src 'none'; style-src 'sha256-…'; img-src 'self' data:; form-action 'none'; \
    base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const HTML: &str = "text/html; charset=utf-8";

fn page(policy: &str) -> BTreeMap<String, String> {
    expected(&[
        ("cache-control", "no-store"),
        ("content-security-policy", policy),
        ("content-type", HTML),
        ("cross-origin-resource-policy", "same-origin"),
        ("vary", "accept-encoding, accept-language"),
    ])
}

#[tokio::test]
async fn s15_survey_pages() {
    let server = Running::start().await;
    let reply = server.get("/s/household-window").await;
    assert_eq!(seen(&reply), page(SURVEY));
}

#[tokio::test]
async fn s15_pages_without_script() {
    let server = Running::start().await;
    for path in ["/", "/s/household-window/thanks?receipt=x", "/s/no-such"] {
        assert_eq!(seen(&server.get(path).await), page(STILL), "{path}");
    }
}

#[tokio::test]
async fn s15_the_clerks_page() {
    let server = Running::start().await;
    let policy = STILL.replace("form-action 'none'", "form-action 'self'");
    assert_eq!(seen(&server.get("/clerk").await), page(&policy));
}

#[tokio::test]
async fn s15_the_clerks_desk_and_its_way_in() {
    let server = Running::start().await;
    tablet(&server, "3").await;
    let key = key(&server, Some("3"));
    let key = key.strip_prefix("Bearer ").unwrap();
    let entered = encoded(&[("do", "enter"), ("key", key)]);
    let reply = server.post("/clerk", &[FORM], entered).await;
    let cookie = reply.header("set-cookie").to_owned();
    let mut back = vec![
        ("cache-control", "no-store"),
        ("content-security-policy", NOTHING),
        ("cross-origin-resource-policy", "same-origin"),
        ("location", "/clerk"),
    ];
    let with_cookie = [&*back, &[("set-cookie", &*cookie)]].concat();
    assert_eq!(seen(&reply), expected(&with_cookie));
    let held = cookie.split(';').next().unwrap();
    let policy = STILL.replace("form-action 'none'", "form-action 'self'");
    let desk = server.get_with("/clerk", &[("cookie", held)]).await;
    assert_eq!(seen(&desk), page(&policy));
    let asked = server
        .post("/clerk", &[FORM, ("cookie", held)], "do=ask")
        .await;
    back[3] = ("location", "/clerk?said=asleep");
    assert_eq!(seen(&asked), expected(&back));
}

#[tokio::test]
async fn s15_links_for_one_rating() {
    let server = Running::start().await;
    let key = key(&server, None);
    let headers = [JSON, ("authorization", &*key)];
    let wish = r#"{"window": "3", "survey": "household-window"}"#;
    let made = server.post("/v1/invitations", &headers, wish).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let made = made.json();
    let path = made["url"].as_str().unwrap();
    let path = path.strip_prefix("http://collector.test").unwrap();
    assert_eq!(seen(&server.get(path).await), page(SURVEY));
    assert_eq!(seen(&server.get("/i/no-such").await), page(STILL));
    let mut rating = satisfied(&id(1));
    rating["invitation"] = path.strip_prefix("/i/").unwrap().into();
    assert_eq!(server.json(&rating).await.status, 201);
    assert_eq!(seen(&server.get(path).await), page(STILL));

    let held = format!(
        "manyi-clerk={}",
        crate::triggers::key(&server, Some("3"))
            .strip_prefix("Bearer ")
            .unwrap()
    );
    let pressed = encoded(&[("do", "link"), ("survey", "household-window")]);
    let shown = server
        .post("/clerk", &[FORM, ("cookie", &held)], pressed)
        .await;
    let policy = STILL
        .replace("form-action 'none'", "form-action 'self'")
        .replace(
            "default-src 'none';",
            "default-src 'none'; script-src 'self'; connect-src 'self';",
        );
    assert_eq!(seen(&shown), page(&policy));
    for (asked, place) in [
        ("/handover", "/kiosk"),
        ("/handover?idle=60&thanks=60", "/kiosk?idle=60&thanks=60"),
    ] {
        let moved = server.get(asked).await;
        assert_eq!(
            (moved.status.as_u16(), moved.header("location")),
            (303, place)
        );
    }
}

/// The files of a kiosk, as the build leaves them.
async fn with_kiosk() -> Running {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("kiosk.html", "<!doctype html><title>x</title>"),
        ("kiosk.js", "start"),
        ("kiosk-worker.js", "self"),
        (
            "kiosk.json",
            "{\"kill\": false, \"files\": {\"kiosk.js\": \"00\"}}",
        ),
        ("kiosk.webmanifest", "{}"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let widget = folder.path().to_owned();
    Running::with(|settings| settings.widget = Some(widget)).await
}

#[tokio::test]
async fn s15_s16_the_kiosk() {
    let server = with_kiosk().await;
    let own = |kind, policy| {
        expected(&[
            ("cache-control", "no-cache"),
            ("content-security-policy", policy),
            ("content-type", kind),
            ("cross-origin-resource-policy", "same-origin"),
            ("etag", "34 characters"),
            ("vary", "accept-encoding"),
        ])
    };
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
        img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; worker-src 'self'; \
        manifest-src 'self'; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
        require-trusted-types-for 'script'; trusted-types manyi-kiosk";
    for path in ["/kiosk", "/kiosk.html", "/kiosk?survey=household-window"] {
        assert_eq!(seen(&server.get(path).await), own(HTML, policy), "{path}");
    }
    let script = "text/javascript; charset=utf-8";
    let worker = own(script, "default-src 'none'; connect-src 'self'");
    assert_eq!(seen(&server.get("/kiosk-worker.js").await), worker);
    for (path, kind) in [
        ("/kiosk.js", script),
        ("/kiosk.json", "application/json"),
        ("/kiosk.webmanifest", "application/manifest+json"),
    ] {
        let mut wanted = own(kind, NOTHING);
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("cross-origin-resource-policy", "cross-origin"),
        ] {
            wanted.insert(name.to_owned(), value.to_owned());
        }
        assert_eq!(seen(&server.get(path).await), wanted, "{path}");
    }
}

#[tokio::test]
async fn f39_the_operator_ends_the_kiosk_and_lets_it_live_again() {
    use crate::tablets::command;
    let server = with_kiosk().await;
    let said = |what: &str| {
        let output = command(&server, &["kiosk", what]);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(said("status"), "alive\n");
    let before = server.get("/kiosk.json").await;
    assert_eq!(before.json()["kill"], false);
    assert!(said("kill").starts_with("killed since 2"));
    // At once, and twice is once; the files are named all the same.
    let since = said("kill");
    assert_eq!(said("status"), since);
    let killed = server.get("/kiosk.json").await;
    assert_eq!(
        killed.json(),
        serde_json::json!({"kill": true, "files": {"kiosk.js": "00"}})
    );
    assert_ne!(killed.header("etag"), before.header("etag"));
    let mut wanted = seen(&before);
    wanted.insert("etag".into(), "34 characters".into());
    assert_eq!(seen(&killed), wanted, "the same headers");
    // Whoever has the list of before hears of it.
    let tag = before.header("etag").to_owned();
    let asked = [("if-none-match", &*tag)];
    assert_eq!(server.get_with("/kiosk.json", &asked).await.status, 200);
    assert_eq!(said("revive"), "alive\n");
    assert_eq!(server.get_with("/kiosk.json", &asked).await.status, 304);
}

#[tokio::test]
async fn s15_what_tablets_and_clerks_systems_hear() {
    let server = Running::start().await;
    let told = tablet(&server, "3").await;
    let (tablet, clerk) = (bearer(&told), key(&server, Some("3")));
    let api = |kind, own: &[(&str, &str)]| {
        let mut wanted = expected(&[
            ("cache-control", "no-store"),
            ("content-security-policy", NOTHING),
            ("content-type", kind),
            ("cross-origin-resource-policy", "same-origin"),
        ]);
        for (name, value) in own {
            wanted.insert((*name).to_owned(), (*value).to_owned());
        }
        wanted
    };
    let (json, problem) = ("application/json", "application/problem+json");
    let varies = ("vary", "origin");
    let as_tablet = [("authorization", &*tablet)];
    let own = server.get_with("/v1/tablets/self", &as_tablet).await;
    assert_eq!(seen(&own), api(json, &[varies]));
    let beat =
        serde_json::json!({"queue": 0, "clock": "2026-01-31T09:30:00+08:00", "version": "1"});
    let headers = [JSON, ("authorization", &*tablet)];
    let beat = server.post("/v1/tablets/heartbeat", &headers, beat.to_string());
    assert_eq!(seen(&beat.await), api(json, &[varies]));
    let asked = ask(&server, &clerk, serde_json::json!({})).await;
    assert_eq!(
        (asked.status.as_u16(), seen(&asked)),
        (201, api(json, &[varies]))
    );
    let next = server.get_with("/v1/tablets/next?wait=0", &as_tablet).await;
    assert_eq!(seen(&next), api(json, &[varies]));
    let id = asked.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/tablets/triggers/{id}");
    let shown = server.post(&path, &headers, r#"{"outcome":"shown"}"#).await;
    assert_eq!(seen(&shown), api(json, &[varies]));
    let notify = server
        .get_with("/v1/adapters/notify", &[("authorization", &*clerk)])
        .await;
    assert_eq!(seen(&notify), api(json, &[]));
    let mut key = api(json, &[("access-control-allow-origin", "*")]);
    key.insert("cross-origin-resource-policy".into(), "cross-origin".into());
    assert_eq!(seen(&server.get("/v1/sealing-key").await), key);
    // Without a credential: how to show one, and nothing else.
    let closed = [("www-authenticate", "Bearer")];
    for path in ["/v1/tablets/self", "/v1/tablets/events", "/v1/tablets/next"] {
        let wanted = api(problem, &[varies, closed[0]]);
        assert_eq!(seen(&server.get(path).await), wanted, "{path}");
    }
    for path in ["/v1/tablets/heartbeat", "/v1/triggers"] {
        let reply = server.post(path, &[JSON], "{}").await;
        assert_eq!(seen(&reply), api(problem, &[varies, closed[0]]), "{path}");
    }
    let reply = server.get("/v1/adapters/notify").await;
    assert_eq!(seen(&reply), api(problem, &closed));
    assert_eq!(
        seen(&server.get("/v1/adapters/socket").await),
        api(problem, &[])
    );
}

#[tokio::test]
async fn s15_pages_of_the_desk() {
    let server = Running::start().await;
    let policy = STILL.replace("form-action 'none'", "form-action 'self'");
    let mut wanted = page(&policy);
    wanted.insert(
        "strict-transport-security".into(),
        "max-age=31536000".into(),
    );
    for path in ["/admin/login", "/admin/setup", "/admin/setup?token=x"] {
        let reply = server
            .get_with(path, &[("x-forwarded-proto", "https")])
            .await;
        assert_eq!(seen(&reply), wanted, "{path}");
    }
    // And of the one that says that there must be https.
    assert_eq!(seen(&server.get("/admin").await), page(&policy));
}

#[tokio::test]
async fn s15_a_form_that_comes_back() {
    let server = Running::start().await;
    let body = "survey.id=household-window&survey.version=1";
    let reply = server.post("/v1/responses", &[FORM], body).await;
    assert_eq!(reply.status, 422);
    let mut wanted = page(SURVEY);
    wanted.insert(
        "vary".into(),
        "accept-encoding, accept-language, origin".into(),
    );
    assert_eq!(seen(&reply), wanted);
}

#[tokio::test]
async fn s15_receipts_and_refusals() {
    let server = Running::start().await;
    let api = |kind| {
        expected(&[
            ("cache-control", "no-store"),
            ("content-security-policy", NOTHING),
            ("content-type", kind),
            ("cross-origin-resource-policy", "same-origin"),
            ("vary", "origin"),
        ])
    };
    let reply = server.json(&satisfied(&id(1))).await;
    assert_eq!(seen(&reply), api("application/json"));
    let reply = server.post("/v1/responses", &[JSON], "{}").await;
    assert_eq!(seen(&reply), api("application/problem+json"));
    let mut outside = api("application/problem+json");
    outside.remove("vary");
    assert_eq!(seen(&server.get("/no/such/place").await), outside);
}

#[tokio::test]
async fn s15_definitions_and_files() {
    let server = Running::start().await;
    let public = |kind, cache| {
        expected(&[
            ("access-control-allow-origin", "*"),
            ("cache-control", cache),
            ("content-security-policy", NOTHING),
            ("content-type", kind),
            ("cross-origin-resource-policy", "cross-origin"),
            ("etag", "34 characters"),
            ("vary", "accept-encoding"),
        ])
    };
    let forever = "public, max-age=31536000, immutable";
    let reply = server.get("/surveys/household-window.json").await;
    assert_eq!(seen(&reply), public("application/json", "no-cache"));
    let reply = server.get("/surveys/household-window.json?version=1").await;
    assert_eq!(seen(&reply), public("application/json", forever));
    let reply = server.get("/schema/response.json").await;
    assert_eq!(seen(&reply), public("application/schema+json", "no-cache"));
    let reply = server.get("/manyi-form.css").await;
    assert_eq!(seen(&reply), public("text/css; charset=utf-8", "no-cache"));
}

#[tokio::test]
async fn s15_https_is_asked_for_once_a_proxy_speaks_it() {
    let server = Running::start().await;
    let reply = server
        .get_with("/s/household-window", &[("x-forwarded-proto", "https")])
        .await;
    assert_eq!(
        reply.header("strict-transport-security"),
        "max-age=31536000"
    );
    assert_eq!(
        server
            .get("/s/household-window")
            .await
            .header("strict-transport-security"),
        ""
    );
}

#[tokio::test]
async fn the_one_inline_style_is_the_one_that_the_policy_names() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let server = Running::start().await;
    for path in [
        "/s/household-window",
        "/s/household-window/thanks",
        "/",
        "/clerk",
        "/admin",
    ] {
        let reply = server.get(path).await;
        let styles: Vec<&str> = reply.text().split("<style>").skip(1).collect();
        assert_eq!(styles.len(), 1, "{path}");
        let style = styles[0].split("</style>").next().unwrap();
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
        let policy = reply.header("content-security-policy");
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{path}");
        // Nothing else that the policy would stop.
        assert!(
            !reply.text().contains(" style=") && !reply.text().contains(" onclick="),
            "{path}"
        );
    }
}

#[tokio::test]
async fn s15_the_operators_own_page() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("index.html");
    std::fs::write(&site, "<!doctype html><title>x</title>").unwrap();
    let server = Running::with(|settings| settings.site = Some(site)).await;
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
        img-src 'self' data:; font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; \
        base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
        trusted-types 'none'";
    let wanted = expected(&[
        ("cache-control", "no-cache"),
        ("content-security-policy", policy),
        ("content-type", HTML),
        ("cross-origin-resource-policy", "same-origin"),
        ("etag", "34 characters"),
        ("vary", "accept-encoding"),
    ]);
    assert_eq!(seen(&server.get("/").await), wanted);
}
