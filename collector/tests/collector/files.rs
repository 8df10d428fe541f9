//! The widget's files and the operator's page.

use std::fs;

use crate::running::{Running, send};

async fn server() -> Running {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("widget")).unwrap();
    fs::create_dir_all(at("site/www/station")).unwrap();
    let files: [(&str, &[u8]); 14] = [
        ("widget/manyi.js", b"plain js"),
        ("widget/manyi.js.br", b"brotli js"),
        ("widget/manyi.js.gz", b"gzip js"),
        ("widget/manyi_bg-0123456789abcdef.wasm", b"\0asm"),
        ("widget/manyi_bg-0123456789abcdef.wasm.br", b"brotli asm"),
        ("widget/manyi_glue-0123456789abcdef.js", b"glue"),
        ("widget/manyi_outbox_bg-0123456789abcdef.wasm", b"\0asm"),
        ("widget/manyi_outbox_glue-0123456789abcdef.js", b"glue"),
        ("widget/.secret.js", b"hidden"),
        ("widget/notes.md", b"notes"),
        ("site/index.html", b"<html><script src=\"www/station/station.js\"></script><a href=\"../secret.json\">x</a></html>"),
        ("site/www/station/station.js", b"station"),
        ("site/private.json", b"private"),
        ("secret.json", b"secret"),
    ];
    for (name, bytes) in files {
        fs::write(at(name), bytes).unwrap();
    }
    let (widget, site) = (at("widget"), at("site/index.html"));
    let running = Running::with(|settings| {
        settings.widget = Some(widget);
        settings.site = Some(site);
    })
    .await;
    // Everything was read at start.
    drop(folder);
    running
}

#[tokio::test]
async fn the_coding_is_the_one_the_browser_weighs_most() {
    let server = server().await;
    let cases = [
        ("", "plain js"),
        ("identity", "plain js"),
        ("gzip", "gzip js"),
        ("br", "brotli js"),
        ("gzip, deflate, br, zstd", "brotli js"),
        ("gzip;q=1.0, br;q=0.5", "gzip js"),
        ("br;q=0, gzip", "gzip js"),
        ("*", "brotli js"),
        ("*;q=0", "plain js"),
        ("br;q=0, *", "gzip js"),
        ("br;q=nonsense", "plain js"),
        ("BR", "brotli js"),
    ];
    let mut tags = std::collections::HashMap::new();
    for (accepted, wanted) in cases {
        let reply = server
            .get_with("/manyi.js", &[("accept-encoding", accepted)])
            .await;
        assert_eq!(reply.text(), wanted, "{accepted}");
        let coding = wanted.split(' ').next().unwrap();
        let expected = match coding {
            "plain" => "",
            "brotli" => "br",
            other => other,
        };
        assert_eq!(reply.header("content-encoding"), expected);
        assert_eq!(reply.header("vary"), "accept-encoding");
        tags.insert(coding, reply.header("etag").to_owned());
    }
    assert_eq!(tags.len(), 3);
    assert_ne!(
        tags["br".replace("br", "brotli").as_str()],
        tags["gzip"],
        "each coding has a tag of its own"
    );
}

#[tokio::test]
async fn types_and_caching_are_right() {
    let server = server().await;
    let forever = "public, max-age=31536000, immutable";
    let cases = [
        ("/manyi.js", "text/javascript; charset=utf-8", "no-cache"),
        (
            "/manyi_glue-0123456789abcdef.js",
            "text/javascript; charset=utf-8",
            forever,
        ),
        (
            "/manyi_bg-0123456789abcdef.wasm",
            "application/wasm",
            forever,
        ),
        (
            "/manyi_outbox_bg-0123456789abcdef.wasm",
            "application/wasm",
            forever,
        ),
        ("/manyi-form.css", "text/css; charset=utf-8", "no-cache"),
    ];
    for (path, kind, cache) in cases {
        let reply = server.get(path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("content-type"), kind);
        assert_eq!(reply.header("cache-control"), cache);
        assert_eq!(reply.header("access-control-allow-origin"), "*");
    }
    let head = send(server.collector.address(), "HEAD", "/manyi.js", &[], "").await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), "8");
    let post = send(server.collector.address(), "POST", "/manyi.js", &[], "x").await;
    assert_eq!(post.status, 405);
}

#[tokio::test]
async fn nothing_but_the_table_is_served() {
    let server = server().await;
    assert!(server.get("/").await.text().contains("station.js"));
    assert_eq!(
        server.get("/www/station/station.js").await.text(),
        "station"
    );
    let outside = [
        "/.secret.js",
        "/notes.md",
        "/manyi.js.br",
        "/index.html",
        "/private.json",
        "/secret.json",
        "/../secret.json",
        "/www/../../secret.json",
        "/www/station/../../private.json",
        "/www/station/%2e%2e/%2e%2e/private.json",
        "/%2e%2e/secret.json",
        "/..%5csecret.json",
        "//secret.json",
        "/www/station/",
        "/www/station",
        "/etc/passwd",
        "/manyi.js/",
        "/manyi.js%00",
    ];
    for path in outside {
        assert_eq!(server.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_page_loads_the_widget_early_where_there_is_one() {
    let page = server().await.get("/s/household-window").await;
    for line in [
        "<script type=\"module\" src=\"/manyi.js\"></script>",
        "<link rel=\"modulepreload\" href=\"/manyi_glue-0123456789abcdef.js\">",
        "type=\"application/wasm\" crossorigin href=\"/manyi_bg-0123456789abcdef.wasm\">",
    ] {
        assert!(page.text().contains(line), "{line}");
    }
    let text = page.text();
    assert!(
        !text.contains("manyi_outbox"),
        "the outbox waits until the survey is on screen"
    );
}
