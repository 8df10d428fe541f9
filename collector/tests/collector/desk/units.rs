//! Units, windows and officers on the pages of the desk.

use manyi_collector::desk::role::Role;

use super::{account, set_up, signed_in};
use crate::running::Running;
use crate::tablets::{command, table};
use crate::units::{COUNTY, import};

fn listed(server: &Running) -> Vec<String> {
    let rows = table(&command(server, &["unit", "list"]));
    rows.iter().map(|row| row.join("|")).collect()
}

#[tokio::test]
async fn a_county_is_pasted_in_as_it_was_copied() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    let table = COUNTY.replace(',', "\t");
    let reply = browser
        .post("/admin/units/import", &[("table", &table)])
        .await;
    assert_eq!(
        reply.header("location"),
        "/admin/units?said=done",
        "{}",
        reply.text()
    );
    let page = browser.get("/admin/units?said=done").await;
    assert!(page.text().contains("已保存"));
    assert!(
        page.text().contains("枫林派出所") && page.text().contains("2 个窗口"),
        "{}",
        page.text()
    );
    // One that is wrong comes back whole, and says where.
    let wrong = "类型\t编码\t名称\t上级\n派出所\tx\t\tcounty\n城堡\ty\t城堡\t\n";
    let page = browser
        .post("/admin/units/import", &[("table", wrong)])
        .await;
    assert_eq!(page.status, 422);
    for part in [
        "第 2 行：名称：单位须有名称",
        "第 3 行：类型：“城堡”不是县局、派出所、中队、警务室、窗口、民警、辅警之一",
        "派出所\tx",
    ] {
        assert!(page.text().contains(part), "{part} in {}", page.text());
    }
}

#[tokio::test]
async fn units_are_added_changed_and_closed_one_by_one() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    let add = async |kind: &str, code: &str, name: &str, parent: &str| {
        let fields = [
            ("kind", kind),
            ("code", code),
            ("name", name),
            ("parent", parent),
        ];
        let reply = browser.post("/admin/units/add", &fields).await;
        (reply.status.as_u16(), reply.text().to_owned())
    };
    assert_eq!(add("office", "county", "云和县公安局", "").await.0, 303);
    assert_eq!(
        add("station", "a&b=/满", "<i>所</i>", "county").await.0,
        303
    );
    let (status, text) = add("station", "county", "又一个", "").await;
    assert!(
        status == 422 && text.contains("编码：“county”已经有了"),
        "{text}"
    );
    let (status, text) = add("room", "r", "警务室", "county").await;
    assert!(
        status == 422 && text.contains("警务室不能设在县局（分局）下面"),
        "{text}"
    );
    assert_eq!(add("window", "3", "窗口", "county").await.0, 404);
    // A code is any letters, a name is no markup.
    let place = "/admin/unit?unit=a%26b%3D%2F%E6%BB%A1";
    let page = browser.get(place).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("<h1>&lt;i&gt;所&lt;/i&gt;</h1>"),
        "{}",
        page.text()
    );
    let unit = ("unit", "a&b=/满");
    for (path, fields, status) in [
        (
            "/admin/unit/window",
            &[unit, ("code", "3"), ("name", "户籍窗口")][..],
            303,
        ),
        (
            "/admin/unit/window",
            &[unit, ("code", ""), ("name", "")],
            422,
        ),
        (
            "/admin/unit/officer",
            &[unit, ("code", "f0007"), ("auxiliary", "1")],
            303,
        ),
        ("/admin/unit/officer", &[unit, ("code", "13800138000")], 422),
        (
            "/admin/unit/change",
            &[
                unit,
                ("kind", "station"),
                ("name", "枫林派出所"),
                ("parent", "county"),
            ],
            303,
        ),
        (
            "/admin/unit/change",
            &[
                unit,
                ("kind", "station"),
                ("name", "枫林派出所"),
                ("parent", "a&b=/满"),
            ],
            422,
        ),
        (
            "/admin/unit/change",
            &[
                unit,
                ("kind", "window"),
                ("name", "枫林派出所"),
                ("parent", "county"),
            ],
            404,
        ),
        (
            "/admin/unit/close",
            &[unit, ("part", "window"), ("code", "3"), ("close", "1")],
            303,
        ),
        (
            "/admin/unit/close",
            &[unit, ("part", "window"), ("code", "3"), ("close", "1")],
            404,
        ),
        (
            "/admin/unit/close",
            &[unit, ("part", "roof"), ("code", "3"), ("close", "1")],
            404,
        ),
        (
            "/admin/unit/close",
            &[unit, ("part", "unit"), ("close", "1")],
            303,
        ),
    ] {
        let reply = browser.post(path, fields).await;
        assert_eq!(reply.status, status, "{path} {fields:?}: {}", reply.text());
    }
    assert_eq!(
        listed(&server)[1..],
        [
            "office|county|云和县公安局||",
            "station|a&b=/满|枫林派出所|county|closed",
            "window|3|户籍窗口|a&b=/满|closed",
            "auxiliary|f0007||a&b=/满|",
        ]
    );
    assert_eq!(
        browser
            .post(
                "/admin/unit/close",
                &[unit, ("part", "unit"), ("close", "0")]
            )
            .await
            .status,
        303
    );
    assert!(!listed(&server)[2].ends_with("closed"));
}

#[tokio::test]
async fn s10_an_administrator_of_a_station_moves_nothing_out_of_it_or_in() {
    let server = Running::start().await;
    set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    let chief = account(&server, "chief", Role::Administrator, "fenglin").await;
    let browser = signed_in(&server, &chief).await;
    let before = listed(&server);
    let head = "kind,code,name,parent\n";
    for table in [
        // Its own out, another's in, a new one at the top, one of another's.
        "room,fenglin-1,一村警务室,hekou\n",
        "station,hekou,河口派出所,county\n",
        "station,new,新所,\n",
        "station,new,新所,county\n",
        "window,9,,hekou\n",
        "room,hekou,河口派出所,fenglin\n",
        "station,fenglin,枫林派出所,\n",
        "room,new,新室,fenglin\nwindow,9,,hekou\n",
    ] {
        let table = format!("{head}{table}");
        let reply = browser
            .post("/admin/units/import", &[("table", &table)])
            .await;
        assert_eq!(reply.status, 422, "{table}");
        assert!(!reply.text().contains("河口派出所</"), "{}", reply.text());
        assert_eq!(listed(&server), before, "{table}");
    }
    // Its own name, a room below it, and a window of that room.
    let table =
        format!("{head}window,1,,new\nroom,new,新室,fenglin\nstation,fenglin,枫林所,county\n");
    let reply = browser
        .post("/admin/units/import", &[("table", &table)])
        .await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let page = browser.get("/admin/units").await;
    assert!(page.text().contains("枫林所") && page.text().contains("新室"));
    assert!(
        !page.text().contains("云和县公安局"),
        "what stands above is not shown"
    );
}

#[tokio::test]
async fn pages_are_in_the_language_and_size_that_the_person_has_chosen() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    let page = browser.get("/admin").await;
    assert!(
        page.text().contains("<html lang=\"zh-Hans\" dir=\"ltr\">"),
        "{}",
        page.text()
    );
    let fields = [("language", "en"), ("elder", "1")];
    assert_eq!(browser.post("/admin/me/view", &fields).await.status, 303);
    let page = browser.get("/admin").await;
    let wanted = "<html lang=\"en\" dir=\"ltr\" class=\"elder\">";
    assert!(
        page.text().contains(wanted) && page.text().contains("Audit trail"),
        "{}",
        page.text()
    );
    for fields in [
        [("language", "xx"), ("elder", "")],
        [("language", ""), ("elder", "")],
    ] {
        assert_eq!(browser.post("/admin/me/view", &fields).await.status, 303);
        assert!(browser.get("/admin").await.text().contains("操作记录"));
    }
}

#[tokio::test]
async fn s04_whatever_a_name_holds_stays_text() {
    let server = Running::start().await;
    let browser = set_up(&server).await;
    let cases = include_str!("../../../../tests/corpus/xss.json");
    let cases: Vec<serde_json::Value> = serde_json::from_str(cases).unwrap();
    // Quotes as spreadsheets write them; a name has no line break and 60 characters.
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut names = Vec::new();
    let mut table = "kind,code,name,parent\n".to_owned();
    for case in &cases {
        let input = case["input"].as_str().unwrap();
        let name: String = input.chars().filter(|c| !c.is_control()).take(60).collect();
        let name = name.trim().to_owned();
        if !name.is_empty() {
            let code = format!("{}{name}", names.len());
            table.push_str(&format!("office,{},{},\n", quoted(&code), quoted(&name)));
            names.push(name);
        }
    }
    assert!(names.len() > 150, "{}", names.len());
    let reply = browser
        .post("/admin/units/import", &[("table", &table)])
        .await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let page = browser.get("/admin/units").await;
    let (text, rows) = (page.text().to_owned(), names.len());
    for name in &names {
        let escaped = maud::html! { (name) }.into_string();
        assert!(text.contains(&format!(">{escaped}</a>")), "{name}");
    }
    // Each unit has the same tags, whatever it is called: li, div, a, span and their ends.
    let first = text.find("<ul class=\"tree\">").unwrap();
    let last = text[first..].find("</ul>").unwrap();
    let tags = text[first..first + last].matches('<').count();
    assert_eq!(tags, 1 + rows * 8);
}
