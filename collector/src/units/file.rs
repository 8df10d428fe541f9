//! Units as a file: `kind,code,name,parent`, one unit, window or officer a line, in any
//! order. All of its flaws are named at once, each with its line and column.

use std::collections::BTreeMap;

use manyi_model::response::is_token;

use super::{Kind, Officer, Tree, Unit, Window};
use crate::table::{self, Column, Fault, Row, short};
use crate::{limits, personal};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// An office, a station, a section or a room.
    Unit(Unit),
    /// A window; its parent is its unit.
    Window(Window),
    /// An officer; the parent is the unit.
    Officer(Officer),
}

impl Entry {
    /// The unit that it is, or belongs to.
    pub fn unit(&self) -> &str {
        match self {
            Self::Unit(unit) => &unit.code,
            Self::Window(window) => &window.unit,
            Self::Officer(officer) => &officer.unit,
        }
    }
}

const KIND: &str = "kind";
const CODE: &str = "code";
const NAME: &str = "name";
const PARENT: &str = "parent";

/// The columns, in English and in Chinese.
const COLUMNS: [Column; 4] = [
    [KIND, "类型"],
    [CODE, "编码"],
    [NAME, "名称"],
    [PARENT, "上级"],
];

/// What a line can be.
#[derive(Clone, Copy)]
enum Sort {
    Unit(Kind),
    Window,
    Officer { is_auxiliary: bool },
}

/// Each with the words for it, first in English, then in Chinese.
const SORTS: [(Sort, &[&str]); 7] = [
    (
        Sort::Unit(Kind::Office),
        &["office", "县局", "分局", "市局", "机关"],
    ),
    (Sort::Unit(Kind::Station), &["station", "派出所"]),
    (
        Sort::Unit(Kind::Section),
        &["section", "中队", "内设机构", "大厅"],
    ),
    (Sort::Unit(Kind::Room), &["room", "警务室"]),
    (Sort::Window, &["window", "窗口"]),
    (
        Sort::Officer {
            is_auxiliary: false,
        },
        &["officer", "民警"],
    ),
    (Sort::Officer { is_auxiliary: true }, &["auxiliary", "辅警"]),
];

/// Reads a file.
///
/// # Errors
/// Everything that is wrong with its lines, as far as [`limits::UNIT_FAULTS`]; whether
/// the units stand where they can [`check`] says.
pub fn read(bytes: &[u8]) -> Result<Vec<(usize, Entry)>, Vec<Fault>> {
    let (rows, mut faults) = table::read(bytes, COLUMNS).map_err(|fault| vec![fault])?;
    if rows.len() > limits::UNIT_ROWS {
        let (rows, most) = (rows.len(), limits::UNIT_ROWS);
        let reason = format!("the file has {rows} lines, more than {most}");
        return Err(vec![Fault::line(1, reason)]);
    }
    let mut entries: Vec<(usize, Entry)> = Vec::new();
    for Row { line, cells } in rows {
        match entry(cells) {
            Ok(entry) => entries.push((line, entry)),
            Err(Wrong(column, reason, chinese)) => {
                faults.push(Fault::cell(line, column, reason).or(chinese));
            }
        }
    }
    faults.extend(doubled(&entries));
    if faults.is_empty() && entries.is_empty() {
        let fault = Fault::line(1, "there is no unit in the file");
        faults.push(fault.or("里面没有单位"));
    }
    some(faults).map_or(Ok(entries), Err)
}

/// The first flaws, in order; none where there are none.
fn some(mut faults: Vec<Fault>) -> Option<Vec<Fault>> {
    faults.sort_by_key(|fault| fault.line);
    faults.truncate(limits::UNIT_FAULTS);
    (!faults.is_empty()).then_some(faults)
}

/// One line by itself, as a form says it: kind, code, name, parent.
///
/// # Errors
/// As [`read`].
pub fn one(cells: [String; 4]) -> Result<Vec<(usize, Entry)>, Vec<Fault>> {
    match entry(cells) {
        Ok(entry) => Ok(vec![(1, entry)]),
        Err(Wrong(column, reason, chinese)) => {
            Err(vec![Fault::cell(1, column, reason).or(chinese)])
        }
    }
}

/// A cell that cannot be: its column, and why in English and in Chinese.
struct Wrong(&'static str, String, String);

fn entry([kind, code, name, parent]: [String; 4]) -> Result<Entry, Wrong> {
    let sort = SORTS
        .iter()
        .find(|(_, words)| words.contains(&kind.to_lowercase().as_str()));
    let Some((sort, _)) = sort else {
        let [english, chinese] = [0, 1].map(|n| SORTS.map(|(_, words)| words[n]));
        let (kind, english) = (short(&kind), english.join(", "));
        let reason = format!("`{kind}` is none of {english}");
        let chinese = format!("“{kind}”不是{}之一", chinese.join("、"));
        return Err(Wrong(KIND, reason, chinese));
    };
    let most = manyi_model::limits::TOKEN_CHARS;
    if !is_token(&code) {
        let reason = format!("must be 1 to {most} characters without control characters");
        let chinese = format!("须为 1 至 {most} 个字符，不含控制字符");
        return Err(Wrong(CODE, reason, chinese));
    }
    let longest = limits::NAME_CHARS;
    if name.chars().count() > longest || name.chars().any(char::is_control) {
        let reason = format!("must be at most {longest} characters without control characters");
        let chinese = format!("最多 {longest} 个字符，不含控制字符");
        return Err(Wrong(NAME, reason, chinese));
    }
    if !parent.is_empty() && !is_token(&parent) {
        let reason = format!("must be at most {most} characters without control characters");
        let chinese = format!("最多 {most} 个字符，不含控制字符");
        return Err(Wrong(PARENT, reason, chinese));
    }
    if let Sort::Unit(kind) = sort {
        if name.is_empty() {
            let reason = "a unit needs a name".to_owned();
            return Err(Wrong(NAME, reason, "单位须有名称".to_owned()));
        }
        return Ok(Entry::Unit(Unit {
            code,
            parent: (!parent.is_empty()).then_some(parent),
            kind: *kind,
            name,
            is_closed: false,
        }));
    }
    if parent.is_empty() {
        let reason = "must be the code of its unit".to_owned();
        return Err(Wrong(PARENT, reason, "须填所属单位的编码".to_owned()));
    }
    let (unit, name) = (parent, (!name.is_empty()).then_some(name));
    if let Sort::Officer { is_auxiliary } = *sort {
        if let Some(reason) = personal::found(&code) {
            let chinese = "像是手机号、身份证号或姓名；请用警号一类的编码".to_owned();
            return Err(Wrong(CODE, reason.to_owned(), chinese));
        }
        return Ok(Entry::Officer(Officer {
            unit,
            code,
            name,
            is_auxiliary,
            has_left: false,
        }));
    }
    Ok(Entry::Window(Window {
        unit,
        code,
        name,
        is_closed: false,
    }))
}

/// Lines that say twice what can be only once.
fn doubled(entries: &[(usize, Entry)]) -> Vec<Fault> {
    let mut first: BTreeMap<(u8, &str, &str), usize> = BTreeMap::new();
    let mut faults = Vec::new();
    for (line, entry) in entries {
        let key = match entry {
            Entry::Unit(unit) => (0, "", &*unit.code),
            Entry::Window(window) => (1, &*window.unit, &*window.code),
            Entry::Officer(officer) => (2, &*officer.unit, &*officer.code),
        };
        if let Some(earlier) = first.get(&key) {
            let code = short(key.2);
            let reason = format!("`{code}` stands in line {earlier}, too");
            let chinese = format!("“{code}”在第 {earlier} 行已有");
            faults.push(Fault::cell(*line, CODE, reason).or(chinese));
        } else {
            first.insert(key, *line);
        }
    }
    faults
}

/// That the unit which a line names is not there.
pub fn absent(line: usize, unit: &str) -> Fault {
    let unit = short(unit);
    let fault = Fault::cell(line, PARENT, format!("there is no unit `{unit}`"));
    fault.or(format!("没有“{unit}”这个单位"))
}

/// The tree with the units of a file in it: new ones, and new places and names of
/// those that were `known`.
///
/// # Errors
/// Each line whose unit cannot stand where it is put, or would no longer let another
/// one stand below it, or whose window or officer belongs to no unit.
pub fn check(known: &[Unit], entries: &[(usize, Entry)]) -> Result<Tree, Vec<Fault>> {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    let mut units: Vec<Unit> = known.to_vec();
    for (line, entry) in entries {
        if let Entry::Unit(unit) = entry {
            lines.insert(&unit.code, *line);
            let closed = known
                .iter()
                .any(|known| known.code == unit.code && known.is_closed);
            units.push(Unit {
                is_closed: closed,
                ..unit.clone()
            });
        }
    }
    let tree = Tree::new(units);
    let mut faults = Vec::new();
    for unit in tree.units() {
        let Some(flaw) = tree.flaw(unit) else {
            continue;
        };
        // One that stood well before stands wrongly because of a line above it.
        let parent = unit.parent.as_deref().unwrap_or_default();
        if let Some(line) = lines.get(&*unit.code) {
            let fault = Fault::cell(*line, PARENT, flaw.to_string());
            faults.push(fault.or(flaw.chinese()));
        } else if let Some(line) = lines.get(parent) {
            let code = short(&unit.code);
            let reason = format!("`{code}` stands below it: {flaw}");
            let chinese = format!("它下面有“{code}”：{}", flaw.chinese());
            faults.push(Fault::line(*line, reason).or(chinese));
        }
    }
    for (line, entry) in entries {
        if tree.get(entry.unit()).is_none() {
            faults.push(absent(*line, entry.unit()));
        }
    }
    some(faults).map_or(Ok(tree), Err)
}

#[cfg(test)]
mod tests {
    use super::{Entry, check, read};
    use crate::units::{Kind, Unit};

    const COUNTY: &str = "类型,编码,名称,上级\n\
        窗口,3,,fenglin\n\
        派出所,fenglin,枫林派出所,county\n\
        县局,county,云和县公安局,\n\
        辅警,f0007,,fenglin\n\
        警务室,fenglin-1,枫林一村警务室,fenglin\n";

    fn flaws(text: &str, known: &[Unit]) -> Vec<String> {
        let faults = match read(text.as_bytes()) {
            Ok(entries) => check(known, &entries)
                .map(|_| ())
                .expect_err("it has flaws"),
            Err(faults) => faults,
        };
        faults.iter().map(ToString::to_string).collect()
    }

    fn known(text: &str) -> Vec<Unit> {
        let entries = read(text.as_bytes()).expect("it is sound").into_iter();
        entries
            .filter_map(|(_, entry)| match entry {
                Entry::Unit(unit) => Some(unit),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_county_is_read_in_any_order() {
        let entries = read(COUNTY.as_bytes()).expect("it is sound");
        let tree = check(&[], &entries).expect("all stand well");
        assert_eq!(entries.len(), 5);
        assert_eq!(tree.units().count(), 3);
        assert_eq!(
            tree.get("fenglin-1").map(|unit| unit.kind),
            Some(Kind::Room)
        );
        let Entry::Officer(officer) = &entries[3].1 else {
            panic!("{:?}", entries[3]);
        };
        assert!(officer.is_auxiliary);
    }

    #[test]
    fn every_flaw_is_named_with_line_and_column() {
        let long = "名".repeat(61);
        let text = format!(
            "kind,code,name,parent\n\
             castle,x,城堡,\n\
             station,,无码所,\n\
             station,s,,\n\
             station,t,{long},\n\
             officer,13800138000,,t\n\
             window,1,,\n\
             station,u,甲所,\n\
             station,u,乙所,\n\
             too,many,cells,in,it\n"
        );
        assert_eq!(
            flaws(&text, &[]),
            [
                "line 2, column kind: `castle` is none of office, station, section, room, window, officer, auxiliary",
                "line 3, column code: must be 1 to 200 characters without control characters",
                "line 4, column name: a unit needs a name",
                "line 5, column name: must be at most 60 characters without control characters",
                "line 6, column code: holds what looks like a mobile number",
                "line 7, column parent: must be the code of its unit",
                "line 9, column code: `u` stands in line 8, too",
                "line 10: 5 cells, and the first line has 4",
            ]
        );
        assert_eq!(
            flaws("kind,code,name,parent\n", &[]),
            ["line 1: there is no unit in the file"]
        );
    }

    #[test]
    fn units_stand_where_they_can() {
        let head = "kind,code,name,parent\n";
        assert_eq!(
            flaws(
                &format!(
                    "{head}section,a,甲,b\nsection,b,乙,a\nroom,r,警务室,\nstation,s,所,nowhere\nwindow,1,,nobody\n"
                ),
                &[]
            ),
            [
                "line 2, column parent: it would stand below itself: a < b < a",
                "line 3, column parent: it would stand below itself: b < a < b",
                "line 4, column parent: a room must stand below another unit",
                "line 5, column parent: there is no unit `nowhere`",
                "line 6, column parent: there is no unit `nobody`",
            ]
        );
        // What is known already counts, and must still stand.
        let known = known(COUNTY);
        assert_eq!(
            flaws(&format!("{head}office,fenglin,枫林,county\n"), &known),
            [
                "line 2: `fenglin-1` stands below it: a room does not stand below a unit of kind office"
            ]
        );
        let moved = read(format!("{head}station,fenglin,枫林所,\n").as_bytes());
        let tree = check(&known, &moved.expect("it is sound")).expect("it may stand alone");
        assert_eq!(tree.children(None).count(), 2);
    }

    #[test]
    fn no_more_than_fifty_flaws_are_named() {
        let mut text = "kind,code,name,parent\n".to_owned();
        text.push_str(&"castle,x,y,\n".repeat(1000));
        assert_eq!(flaws(&text, &[]).len(), 50);
    }
}
