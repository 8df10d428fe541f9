//! The week on the desk: every number on the page, again out of what was rated.

use std::collections::BTreeMap;

use manyi_collector::collation::close::{Closed, close};
use manyi_collector::desk::role::Role;
use manyi_collector::store::audit::Actor;
use manyi_collector::store::responses::Row;
use manyi_collector::store::writer::Writer;
use manyi_collector::{clock, wall};
use manyi_model::statistics::Week;
use serde_json::json;

use super::responses::ready;
use super::{Browser, account, set_up, signed_in, trail};
use crate::running::{Running, id, satisfied};
use crate::tablets::command;
use crate::units::{COUNTY, import};

const LEVELS: [&str; 3] = ["satisfied", "basically_satisfied", "dissatisfied"];
const FORMULAS: [&str; 3] = [
    "满意 ÷ 评价总数",
    "（满意 + 基本满意 × ½）÷ 评价总数",
    "（满意 + 基本满意）÷ 评价总数",
];

/// Levels by unit and window.
type Truth = BTreeMap<(&'static str, &'static str), [u64; 3]>;

fn last_week() -> Week {
    wall::week_of(clock::now_ms()).before().unwrap()
}

/// Stores so many of each level at each window, from the Tuesday of a week on.
async fn rate(server: &Running, week: Week, from: u32, truth: &Truth) {
    let (writer, _) = Writer::start(server.collector.store().clone());
    let at = wall::span(week).0 + 34 * 3_600_000;
    let (mut n, mut rows) = (from, Vec::new());
    for ((unit, window), counts) in truth {
        for (level, count) in LEVELS.iter().zip(counts) {
            for _ in 0..*count {
                n += 1;
                let mut one = satisfied(&id(n));
                one["answers"]["overall"] = (*level).into();
                if *level == "dissatisfied" {
                    one["answers"]["reasons"] = json!(["slow"]);
                    one["answers"]["comment"] =
                        format!("{unit} 的 {window} 号太慢，电话 13800001234").into();
                }
                one["channel"] = "kiosk".into();
                one["subject"] = json!({"unit": unit, "window": window});
                one["submitted_at"] = clock::rfc3339(at + i64::from(n)).into();
                let response = serde_json::from_value(one).unwrap();
                rows.push(Row::new(response, "sha256:0", at + i64::from(n) + 1_000));
            }
        }
    }
    writer.store(rows).await.unwrap();
}

fn truth() -> Truth {
    [
        (("fenglin", "3"), [31, 4, 25]),
        (("fenglin", "4"), [57, 2, 1]),
        (("fenglin-1", "1"), [9, 1, 0]),
        (("hekou", "1"), [40, 3, 1]),
    ]
    .into()
}

async fn closed(server: &Running, week: Week) {
    let now = clock::now_ms();
    let made = close(server.collector.store(), week, &Actor::operator(), now).await;
    assert!(matches!(made.unwrap(), Closed::Made(_)));
}

async fn house(truth: &Truth) -> Running {
    let server = Running::start().await;
    set_up(&server).await;
    assert!(import(&server, COUNTY).status.success());
    rate(&server, last_week(), 0, truth).await;
    server
}

/// What stands between tags.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    text.replace("&amp;", "&")
}

/// The cells of the first table behind `mark`, line by line: what stands in each before
/// its small print, and the small print.
fn table(page: &str, mark: &str) -> Vec<Vec<(String, String)>> {
    let (_, rest) = page
        .split_once(mark)
        .unwrap_or_else(|| panic!("{mark}: {page}"));
    let (_, rest) = rest.split_once("<tbody>").unwrap();
    let (body, _) = rest.split_once("</tbody>").unwrap();
    let cell = |html: &str| {
        let (first, small) = html.split_once("<small>").unwrap_or((html, ""));
        let inner = |html: &str| plain(&format!("<{html}"));
        (inner(first), plain(small))
    };
    let row = |html: &str| {
        let cells = html
            .split("<t")
            .skip(1)
            .filter(|cell| !cell.starts_with("r"));
        cells.map(cell).collect()
    };
    body.split("<tr")
        .skip(1)
        .map(|html| row(&html[html.find('>').unwrap()..]))
        .collect()
}

/// `84.23 %`, by long division.
fn percent(halves: u64, n: u64) -> String {
    let hundredths = (halves * 10_000 + n) / (2 * n);
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// Wilson's interval as the textbook has it.
fn wilson(halves: u64, n: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let (p, n) = (halves as f64 / 2.0 / n as f64, n as f64);
    let z = 1.959_963_984_540_054_f64;
    let root = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let end = |root: f64| 100.0 * (p + z * z / (2.0 * n) + root) / (1.0 + z * z / n);
    format!("{:.2}–{:.2} %", end(-root).max(0.0), end(root).min(100.0))
}

/// The cells of a line of rates behind its name.
fn wanted([good, fair, bad]: [u64; 3]) -> Vec<(String, String)> {
    let n = good + fair + bad;
    let mut cells: Vec<_> = [n, good, fair, bad]
        .map(|count| (count.to_string(), String::new()))
        .to_vec();
    for halves in [2 * good, 2 * good + fair, 2 * (good + fair)] {
        cells.push((percent(halves, n), wilson(halves, n)));
    }
    cells
}

fn sum<'a>(all: impl Iterator<Item = &'a [u64; 3]>) -> [u64; 3] {
    all.fold([0; 3], |sum, one| [0, 1, 2].map(|at| sum[at] + one[at]))
}

async fn get(browser: &Browser<'_>, path: &str) -> String {
    let reply = browser.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.text().to_owned()
}

#[tokio::test]
async fn every_number_of_the_tables_comes_out_of_the_ratings_again() {
    let truth = truth();
    let server = house(&truth).await;
    closed(&server, last_week()).await;
    let leader = account(&server, "leader", Role::Leader, "").await;
    let browser = signed_in(&server, &leader).await;
    let page = get(&browser, "/admin/week").await;
    let of = |unit: &str| {
        sum(truth
            .iter()
            .filter(|((own, _), _)| *own == unit)
            .map(|(_, n)| n))
    };
    // A station with its room: rolled up to the office's children.
    let fenglin = sum([of("fenglin"), of("fenglin-1")].iter());
    let units = table(&page, "id=\"units\"");
    assert_eq!(units.len(), 2, "{units:?}");
    for row in &units {
        let counts = match row[0].0.as_str() {
            "枫林派出所" => fenglin,
            "河口派出所" => of("hekou"),
            other => panic!("{other}"),
        };
        assert_eq!(row[1..8], wanted(counts), "{row:?}");
    }
    let windows = table(&page, "id=\"windows\"");
    assert_eq!(windows.len(), truth.len());
    for ((unit, window), counts) in &truth {
        let found = windows.iter().filter(|row| row[1..8] == wanted(*counts));
        assert_eq!(found.count(), 1, "{unit} {window}: {windows:?}");
    }
    let all = sum(truth.values());
    let strata = table(&page, "id=\"strata\"");
    assert_eq!(strata[0][3].0, all.iter().sum::<u64>().to_string());
    assert_eq!(strata[0][5..12], wanted(all));
    // One step down, and another: the room itself.
    let week = last_week();
    let page = get(&browser, &format!("/admin/week?week={week}&unit=fenglin")).await;
    let units = table(&page, "id=\"units\"");
    let names: Vec<&str> = units.iter().map(|row| row[0].0.as_str()).collect();
    assert!(
        names.contains(&"枫林派出所本级") && names.contains(&"一村警务室"),
        "{names:?}"
    );
    let windows = table(&page, "id=\"windows\"");
    assert!(
        windows.iter().all(|row| !row[0].0.contains("河口")),
        "{windows:?}"
    );
    // The list has the same n and the same rate.
    let list = get(&browser, "/admin/weeks").await;
    let lines = table(&list, "<table");
    let line = lines
        .iter()
        .find(|row| row[0].0 == week.to_string())
        .unwrap();
    let n: u64 = all.iter().sum();
    assert_eq!(line[2].0, n.to_string());
    assert_eq!(line[3].0, n.to_string());
    assert_eq!(
        (&line[4].0, &line[4].1),
        (&percent(2 * all[0], n), &wilson(2 * all[0], n))
    );
}

#[tokio::test]
async fn the_bad_window_is_named_with_its_reason_and_no_rate_stands_alone() {
    let server = house(&truth()).await;
    closed(&server, last_week()).await;
    let leader = account(&server, "leader", Role::Leader, "county").await;
    let browser = signed_in(&server, &leader).await;
    let page = get(&browser, "/admin/week").await;
    let bad: Vec<&str> = page
        .split("<article class=\"bad-place\">")
        .skip(1)
        .collect();
    assert_eq!(bad.len(), 1, "{page}");
    let (first, _) = bad[0].split_once("</article>").unwrap();
    for wanted in [
        "枫林派出所 3",
        "不满意 <b>25</b>",
        "51.67 %",
        FORMULAS[0],
        "n=60",
        "25",
    ] {
        assert!(first.contains(wanted), "{wanted}: {first}");
    }
    // Long numbers in what was written are starred out; who wrote is nowhere.
    assert!(page.contains("太慢") && !page.contains("13800001234"));
    assert!(!page.contains(&id(1)));
    // From here to each of them is one tap.
    let at = page.find("/admin/responses?").unwrap();
    let (address, _) = page[at..].split_once('"').unwrap();
    ready(&server).await;
    let found = get(&browser, &address.replace("&amp;", "&")).await;
    assert!(found.contains("共 27 份"), "{address}: {found}");
    for path in ["/admin/week", "/admin/weeks"] {
        let page = get(&browser, path).await;
        let mut tables = 0;
        for part in page.split("<table").skip(1) {
            let (table, _) = part.split_once("</table>").unwrap();
            let (head, body) = table.split_once("<tbody>").unwrap();
            if body.contains(" %") && !part.starts_with(">") {
                tables += 1;
                assert!(head.contains("÷") && head.contains('n'), "{path}: {head}");
            }
        }
        assert!(tables > 0, "{path}");
        // Outside of tables and drawings, n and formula stand in the same paragraph.
        let mut text = page.clone();
        for (begins, ends) in [
            ("<table", "</table>"),
            ("<svg", "</svg>"),
            ("<style", "</style>"),
        ] {
            while let Some(at) = text.find(begins) {
                let end = at + text[at..].find(ends).unwrap() + ends.len();
                text.replace_range(at..end, "");
            }
        }
        for tag in ["<p", "<li", "<dd"] {
            for block in text.split(tag).skip(1) {
                let block = block.split(&tag.replace('<', "</")).next().unwrap();
                if block.contains(" %") {
                    assert!(
                        block.contains('÷') && block.contains("n="),
                        "{path}: {block}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_file_has_what_its_table_has() {
    let truth = truth();
    let server = house(&truth).await;
    closed(&server, last_week()).await;
    let leader = account(&server, "leader", Role::Leader, "").await;
    let browser = signed_in(&server, &leader).await;
    let lines = |text: &str| -> Vec<Vec<String>> {
        let text = text.strip_prefix('\u{feff}').unwrap();
        let line = |line: &str| line.split(',').map(str::to_owned).collect();
        text.lines().map(line).collect()
    };
    let file = lines(&get(&browser, "/admin/week.csv?table=units").await);
    let column = |name: &str| file[0].iter().position(|one| one == name).unwrap();
    assert_eq!(file.len(), 1 + 2 * 3);
    let hekou = file
        .iter()
        .find(|line| line[column("unit")] == "hekou" && line[column("formula")] == "half");
    let hekou = hekou.unwrap();
    assert_eq!(hekou[column("n")], "44");
    assert_eq!(
        format!("{} %", hekou[column("rate_percent")]),
        percent(83, 44)
    );
    assert_eq!(
        lines(&get(&browser, "/admin/week.csv?table=windows").await).len(),
        1 + 4 * 3
    );
    let reasons = get(&browser, "/admin/week.csv?table=reasons").await;
    assert!(
        lines(&reasons)
            .iter()
            .any(|line| line.contains(&"slow".to_owned()) && line.contains(&"27".to_owned())),
        "{reasons}"
    );
    assert_eq!(
        lines(&get(&browser, "/admin/week.csv?table=occasions").await).len(),
        1 + 5
    );
    let reply = browser.get("/admin/week.csv?table=rates").await;
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    assert!(reply.header("content-disposition").contains("-rates.csv"));
    assert_eq!(browser.get("/admin/week.csv?table=other").await.status, 404);
}

#[tokio::test]
async fn a_week_is_closed_by_a_button_and_what_comes_late_stands_beside_it() {
    let server = house(&truth()).await;
    let week = last_week();
    let given = week.to_string();
    let fields = [("week", given.as_str())];
    let station = account(&server, "station", Role::Leader, "fenglin").await;
    let auditor = account(&server, "auditor", Role::Auditor, "").await;
    for person in [&station, &auditor] {
        let browser = signed_in(&server, person).await;
        assert!(
            !get(&browser, "/admin/weeks")
                .await
                .contains("/admin/weeks/close")
        );
        assert_eq!(
            browser.post("/admin/weeks/close", &fields).await.status,
            403
        );
    }
    let leader = account(&server, "leader", Role::Leader, "").await;
    let browser = signed_in(&server, &leader).await;
    assert!(
        get(&browser, "/admin/weeks")
            .await
            .contains("/admin/weeks/close")
    );
    let this = wall::week_of(clock::now_ms()).to_string();
    let early = browser.post("/admin/weeks/close", &[("week", &this)]).await;
    assert_eq!(early.status, 404);
    let open = get(&browser, "/admin/week").await;
    assert!(open.contains("未结算，数字还会变"));
    assert_eq!(
        browser.post("/admin/weeks/close", &fields).await.status,
        303
    );
    let (who, act, about) = trail(&server).pop().unwrap();
    assert_eq!((&*who, &*act), ("leader", "week.closed"));
    assert_eq!(about, format!("{week} · 1"));
    let before = get(&browser, "/admin/week").await;
    assert!(before.contains("第 1 号"));

    let late: Truth = [(("hekou", "1"), [0, 0, 7])].into();
    rate(&server, week, 5_000, &late).await;
    let waiting = get(&browser, "/admin/week").await;
    assert!(waiting.contains("又送到 7 份"));
    assert_eq!(
        browser.post("/admin/weeks/close", &fields).await.status,
        303
    );
    let after = get(&browser, "/admin/week").await;
    assert_eq!(
        table(&before, "id=\"windows\""),
        table(&after, "id=\"windows\"")
    );
    let supplement = get(&browser, "/admin/week?part=1").await;
    assert!(supplement.contains("第 1 次补报"));
    assert_eq!(
        table(&supplement, "id=\"windows\"")[0][1..8],
        wanted([0, 0, 7])
    );
    let together = get(&browser, "/admin/week?part=all").await;
    let rows = table(&together, "id=\"windows\"");
    assert!(
        rows.iter().any(|row| row[1..8] == wanted([40, 3, 8])),
        "{rows:?}"
    );
    assert_eq!(browser.get("/admin/week?part=2").await.status, 404);
}

#[tokio::test]
async fn the_bulletin_says_what_the_command_line_publishes_and_only_of_a_closed_week() {
    let server = house(&truth()).await;
    let leader = account(&server, "leader", Role::Leader, "").await;
    let browser = signed_in(&server, &leader).await;
    let open = get(&browser, "/admin/week/bulletin").await;
    assert!(open.contains("这一周还没有结算") && !open.contains("<textarea"));
    assert_eq!(browser.get("/admin/week/bulletin.txt").await.status, 404);
    closed(&server, last_week()).await;
    let said = get(&browser, "/admin/week/bulletin.txt").await;
    let page = get(&browser, "/admin/week/bulletin").await;
    assert!(page.contains(said.lines().next().unwrap()), "{page}");
    let week = last_week().to_string();
    let output = command(&server, &["week", "show", &week, "--public"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    // The same figures; names of units in place of their codes, and so other spaces.
    let words = |text: &str| {
        let named = text
            .replace("fenglin-1", "一村警务室")
            .replace("fenglin", "枫林派出所");
        let named = named.replace("hekou", "河口派出所");
        named
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(words(&said), words(&printed), "{said}\n{printed}");
    for inside in ["13800001234", "太慢", "户籍窗口 3"] {
        assert!(!said.contains(inside), "{inside}: {said}");
    }
}

#[tokio::test]
async fn what_an_address_names_wrongly_is_not_there() {
    let server = house(&truth()).await;
    let person = account(&server, "leader", Role::Leader, "fenglin").await;
    let browser = signed_in(&server, &person).await;
    for query in [
        "week=2026-W60",
        "week=9999-W01",
        "week=x",
        "part=x",
        "part=-1",
        "unit=hekou",
        "unit=county",
        "unit=%00",
        "unit=' OR 1=1 --",
    ] {
        let path = format!("/admin/week?{}", query.replace(' ', "+"));
        assert_eq!(browser.get(&path).await.status, 404, "{query}");
    }
    // A survey, mode or question that is not there shows what there is.
    for query in [
        "survey=%3Cscript%3E",
        "mode=x&channels=y",
        "question=nothing",
    ] {
        let page = get(&browser, &format!("/admin/week?{query}")).await;
        assert!(
            !page.contains("<script") && page.contains("枫林派出所"),
            "{query}"
        );
        assert!(!page.contains("河口派出所"));
    }
    // A week in which nobody rated has no rate, and says so.
    let nobody = get(&browser, "/admin/week?week=2020-W01").await;
    assert!(nobody.contains("没有任何比率可算") && !nobody.contains("0.00 %"));
}
