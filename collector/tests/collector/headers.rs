//! S15: the exact headers of each type of page.

use std::collections::BTreeMap;

use crate::running::{FORM, JSON, Reply, Running, id, satisfied};

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
