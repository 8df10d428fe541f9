//! S08: which pages may post.

use crate::running::{JSON, Running, id, satisfied, send};

const GOOD: &str = "https://www.fenglin.example";
const PORT: &str = "http://127.0.0.1:5173";

async fn server() -> Running {
    Running::with(|settings| settings.allow_origin = vec![GOOD.to_owned(), PORT.to_owned()]).await
}

const TRICKS: [&str; 15] = [
    "null",
    "*",
    "",
    "https://fenglin.example",
    "https://evil.www.fenglin.example",
    "https://www.fenglin.example.evil.example",
    "https://www.fenglin.exampleevil",
    "https://evilwww.fenglin.example",
    "http://www.fenglin.example",
    "https://www.fenglin.example:443",
    "https://www.fenglin.example:8443",
    "https://www.fenglin.example/",
    "HTTPS://WWW.FENGLIN.EXAMPLE",
    "https://www.fenglin.example https://evil.example",
    "http://127.0.0.1:51730",
];

#[tokio::test]
async fn s08_named_origins_may_post_and_read_the_answer() {
    let server = server().await;
    for (n, origin) in [GOOD, PORT].into_iter().enumerate() {
        for path in ["/v1/responses", "/v1/batches"] {
            let preflight = send(
                server.collector.address(),
                "OPTIONS",
                path,
                &[
                    ("origin", origin),
                    ("access-control-request-method", "POST"),
                    (
                        "access-control-request-headers",
                        "content-type,idempotency-key",
                    ),
                ],
                "",
            )
            .await;
            assert_eq!(preflight.status, 204);
            assert_eq!(preflight.header("access-control-allow-origin"), origin);
            assert_eq!(preflight.header("access-control-allow-methods"), "POST");
            assert_eq!(
                preflight.header("access-control-allow-headers"),
                "content-type, idempotency-key"
            );
            assert_eq!(preflight.header("access-control-allow-credentials"), "");
            assert_eq!(preflight.header("vary"), "origin");
        }
        let body = satisfied(&id(u32::try_from(n).unwrap())).to_string();
        let reply = server
            .post("/v1/responses", &[JSON, ("origin", origin)], body)
            .await;
        assert_eq!(reply.status, 201);
        assert_eq!(reply.header("access-control-allow-origin"), origin);
        assert_eq!(reply.header("access-control-allow-credentials"), "");
        // A refusal is readable, too: the widget shows its reasons.
        let reply = server
            .post("/v1/responses", &[JSON, ("origin", origin)], "{}")
            .await;
        assert_eq!(reply.status, 422);
        assert_eq!(reply.header("access-control-allow-origin"), origin);
    }
}

#[tokio::test]
async fn s08_no_other_origin_passes() {
    let server = server().await;
    for origin in TRICKS {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
        ];
        let preflight = send(
            server.collector.address(),
            "OPTIONS",
            "/v1/responses",
            &headers,
            "",
        )
        .await;
        assert_eq!(
            preflight.header("access-control-allow-origin"),
            "",
            "{origin}"
        );
        assert_eq!(
            preflight.header("access-control-allow-headers"),
            "",
            "{origin}"
        );
        assert_eq!(preflight.header("vary"), "origin");
        let reply = server
            .post("/v1/responses", &[JSON, ("origin", origin)], "{}")
            .await;
        assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
    }
    let twice = [JSON, ("origin", GOOD), ("origin", "https://evil.example")];
    let reply = server.post("/v1/responses", &twice, "{}").await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn s08_a_page_cannot_post_json_without_asking_first() {
    // What a form of any site can send without a preflight is no JSON.
    let server = server().await;
    let body = satisfied(&id(1)).to_string();
    for kind in ["text/plain", "multipart/form-data; boundary=x"] {
        let reply = server
            .post("/v1/responses", &[("content-type", kind)], body.clone())
            .await;
        assert_eq!(reply.status, 415);
    }
    assert!(server.rows().await.is_empty());
}

#[tokio::test]
async fn definitions_are_for_every_site_and_pages_for_none() {
    let server = server().await;
    let origin = [("origin", "https://elsewhere.example")];
    for path in [
        "/surveys",
        "/surveys/household-window.json",
        "/schema/survey.json",
        "/manyi-form.css",
    ] {
        let reply = server.get_with(path, &origin).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(
            reply.header("cross-origin-resource-policy"),
            "cross-origin",
            "{path}"
        );
    }
    for path in ["/", "/s/household-window", "/healthz"] {
        let reply = server.get_with(path, &origin).await;
        assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(
            reply.header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
    }
}
