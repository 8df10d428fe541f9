//! S20: the log holds no answer, no telephone number, no token and no query.

use serde_json::json;

use crate::crash::Process;
use crate::running::{FORM, JSON, encoded, full, id, send};
use crate::sealed::with_seal;

/// Everything that a person or an integrator may have put into a request.
const SECRETS: [&str; 12] = [
    "13800138000",
    "等了两个小时",
    "希望快一点",
    "clerk-7",
    "fenglin",
    "012345",
    "m-1-token",
    "inv-1",
    "tablet-1",
    "referrer.example",
    "secret-path",
    "dissatisfied",
];

#[tokio::test]
async fn s20_nothing_that_was_said_is_in_the_log() {
    for format in ["text", "json"] {
        let folder = tempfile::tempdir().unwrap();
        let process = Process::start(folder.path(), &["--log", format]);
        let at = process.address;
        let mut response = full(&id(1));
        response["subject"]["matter"] = json!("m-1-token");
        let headers = [
            JSON,
            ("referer", "https://referrer.example/?phone=13800138000"),
            ("user-agent", "fenglin"),
        ];
        assert_eq!(
            send(at, "POST", "/v1/responses", &headers, response.to_string())
                .await
                .status,
            201
        );
        // The same sealed, a broken seal, and one with a broken number in it.
        let public = send(at, "GET", "/v1/sealing-key", &[], "").await;
        let public = public.json()["key"].as_str().unwrap().to_owned();
        let mut broken = with_seal(full(&id(3)), &public);
        broken["sealed"]["text"] = json!("AAAA");
        let mut unfit = full(&id(4));
        unfit["answers"]["phone"] = json!("13800138000x");
        for (sealed, status) in [
            (with_seal(full(&id(5)), &public), 201),
            (broken, 422),
            (with_seal(unfit, &public), 422),
        ] {
            let reply = send(at, "POST", "/v1/responses", &headers, sealed.to_string()).await;
            assert_eq!(reply.status, status);
        }
        response["answers"]["comment"] = json!("希望快一点再快一点");
        assert_eq!(
            send(at, "POST", "/v1/responses", &headers, response.to_string())
                .await
                .status,
            409
        );
        response["answers"]["phone"] = json!("13800138000x");
        assert_eq!(
            send(at, "POST", "/v1/responses", &headers, response.to_string())
                .await
                .status,
            422
        );
        response["13800138000"] = json!("fenglin");
        assert_eq!(
            send(at, "POST", "/v1/responses", &headers, response.to_string())
                .await
                .status,
            422
        );
        let broken = "{\"comment\": \"希望快一点\", 13800138000";
        assert_eq!(
            send(at, "POST", "/v1/responses", &headers, broken)
                .await
                .status,
            400
        );
        let batch = json!([full(&id(2)), {"phone": "13800138000"}]).to_string();
        assert_eq!(
            send(at, "POST", "/v1/batches", &headers, batch)
                .await
                .status,
            200
        );
        let fields = encoded(&[
            ("survey.id", "household-window"),
            ("survey.version", "1"),
            ("subject.unit", "fenglin"),
            ("answers.overall", "dissatisfied"),
            ("answers.phone", "13800138000"),
        ]);
        assert_eq!(
            send(at, "POST", "/v1/responses", &[FORM], fields)
                .await
                .status,
            422
        );
        let path = "/s/household-window?unit=fenglin&matter=m-1-token&phone=13800138000";
        assert_eq!(send(at, "GET", path, &[], "").await.status, 200);
        assert_eq!(
            send(at, "GET", "/secret-path/13800138000", &[], "")
                .await
                .status,
            404
        );
        assert_eq!(send(at, "GET", "/s/secret-path", &[], "").await.status, 404);

        let (code, log) = process.terminate();
        assert_eq!(code, Some(0));
        assert!(
            log.contains(&id(1)),
            "the id and the outcome are there: {log}"
        );
        assert!(log.lines().count() > 10, "{log}");
        for entry in std::fs::read_dir(folder.path().join("keys")).unwrap() {
            let key = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let private = key.split('"').filter(|part| part.len() == 43);
            for private in private {
                assert!(!log.contains(private), "a private key is in the log");
            }
        }
        for secret in SECRETS {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
        if format == "json" {
            for line in log.lines() {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
    }
}
