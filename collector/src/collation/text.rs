//! A week as a leader reads it: plain Chinese, aligned, each figure with its n and its
//! formula.

use manyi_model::Kind;
use manyi_model::limits::RANK_LEAST;
use manyi_model::statistics::{Formula, Week};

use super::Report;
use super::asked::ResponseRate;
use super::figures::{By, Cut, Question, Stratum, Threefold};
use super::occasions::Covered;
use super::read::Said;
use super::table::{Align, lines};
use super::words;

/// The whole report, line by line.
pub fn write(report: &Report, said: &[Said]) -> String {
    let mut out = Vec::new();
    head(report, &mut out);
    for stratum in &report.figures.strata {
        of_stratum(stratum, &mut out);
    }
    reasons(report, &mut out);
    texts(report, said, &mut out);
    missing(report, &mut out);
    occasions(report, &mut out);
    notes(report, &mut out);
    let mut text = out.join("\n");
    text.push('\n');
    text
}

fn head(report: &Report, out: &mut Vec<String>) {
    let week = Week::parse(&report.week).unwrap_or_default();
    let kind = match &report.edition {
        Some(head) if head.part > 0 => format!("补报（第 {} 次）", head.part),
        _ => "周报".to_owned(),
    };
    out.push(format!(
        "满意{kind}　{}（周一）至{}（周日）　{}",
        words::day(week, 0),
        words::day(week, 6),
        report.week
    ));
    out.push(match &report.edition {
        Some(head) => format!(
            "第 {} 号，{} 结算，此后不再改动。",
            head.number,
            moment(&head.closed_at)
        ),
        None => format!("未结算，数字还会变。截至 {}。", moment(&report.as_of)),
    });
    if let Some(units) = &report.units {
        let units: Vec<&str> = units.iter().map(String::as_str).collect();
        out.push(format!("范围：{}", units.join("、")));
    }
    out.push(format!(
        "收到评价 {} 份。",
        words::number(report.counts.responses)
    ));
    if report.counts.responses == 0 {
        out.push("没有评价，所以没有任何比率可算。".to_owned());
    }
}

/// `2026-11-23 09:00`, by the clock on the wall.
fn moment(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}

fn of_stratum(stratum: &Stratum, out: &mut Vec<String>) {
    let Some(all) = stratum.cuts.iter().find(|cut| cut.whose.by == By::All) else {
        return;
    };
    out.push(String::new());
    out.push(format!(
        "【{}】{} · {}　{} 份",
        stratum.title,
        words::mode(stratum.mode),
        words::channels(&stratum.channels),
        words::number(all.n)
    ));
    out.push(format!("回收率：{}", response(&all.response)));
    for question in &all.questions {
        if let Some(three) = &question.three {
            rated(question, three, out);
        }
    }
    for question in all
        .questions
        .iter()
        .filter(|question| question.three.is_some() && !question.id.contains('.'))
    {
        for by in [By::Unit, By::Window, By::Officer] {
            compared(stratum, question, by, out);
        }
    }
}

fn response(rate: &ResponseRate) -> String {
    match rate {
        ResponseRate::Unknown(why) => words::unasked(*why).to_owned(),
        ResponseRate::Asked {
            asked,
            shown,
            answered,
            timed_out,
            declined,
            replaced,
            rate_hundredths,
            low_hundredths,
            high_hundredths,
        } => {
            let unheard = asked.saturating_sub(answered + timed_out + declined + replaced);
            format!(
                "{}（{answered} ÷ 窗口请评 {asked} 次；95% 区间 {}）；显示 {shown}，超时 {timed_out}，\
                 谢绝 {declined}，被下一位顶替 {replaced}，无回音 {unheard}",
                words::percent(Some(*rate_hundredths)),
                words::between(*low_hundredths, *high_hundredths)
            )
        }
    }
}

fn rated(question: &Question, three: &Threefold, out: &mut Vec<String>) {
    out.push(String::new());
    out.push(format!(
        "{}　n={}",
        question.title,
        words::number(question.n)
    ));
    let levels = question.levels.iter().map(|level| {
        format!(
            "{} {}（{}）",
            level.label,
            words::number(level.count),
            words::percent(level.share_hundredths)
        )
    });
    out.push(format!("  {}", levels.collect::<Vec<_>>().join("　")));
    if three.scale == "satisfaction-5" {
        out.push("  五级折成三级：非常满意、满意算满意；不满意、非常不满意算不满意。".to_owned());
    }
    let mut rows = vec![
        [
            "满意率",
            "数值",
            "95% 区间",
            "比上周（百分点）",
            "比去年同周（百分点）",
            "算法",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for rate in &three.rates {
        rows.push(vec![
            words::formula(rate.formula).to_owned(),
            words::percent(Some(rate.rate_hundredths)),
            words::between(rate.low_hundredths, rate.high_hundredths),
            words::against(&rate.week),
            words::against(&rate.year),
            rate.words.to_owned(),
        ]);
    }
    use Align::{Left, Right};
    let table = lines(&[Left, Right, Right, Left, Left, Left], &rows);
    out.extend(table.into_iter().map(|line| format!("  {line}")));
}

fn compared(stratum: &Stratum, question: &Question, by: By, out: &mut Vec<String>) {
    let mut rated: Vec<(&Cut, &Threefold)> = stratum
        .cuts
        .iter()
        .filter(|cut| cut.whose.by == by)
        .filter_map(|cut| {
            let found = cut.questions.iter().find(|found| found.id == question.id)?;
            Some((cut, found.three.as_ref()?))
        })
        .filter(|(_, three)| !three.rates.is_empty())
        .collect();
    if rated.is_empty() {
        return;
    }
    let place = |three: &Threefold| three.rates.first().and_then(|rate| rate.place);
    rated.sort_by_key(|(cut, three)| (place(three).unwrap_or(usize::MAX), &cut.whose));
    let mut rows = vec![
        [
            "名次",
            words::by(by),
            "n",
            "满意",
            "基本满意",
            "不满意",
            "只计满意",
            "95% 区间",
            "折半",
            "满意加基本满意",
            "比上周（只计满意）",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for (cut, three) in &rated {
        let rate = |formula: Formula| {
            let found = three
                .rates
                .iter()
                .find(|rate| rate.formula == formula.name());
            words::percent(found.map(|rate| rate.rate_hundredths))
        };
        let first = three.rates.first();
        let n = three.satisfied + three.basically + three.dissatisfied;
        rows.push(vec![
            place(three).map_or_else(|| "—".to_owned(), |place| place.to_string()),
            whose(cut),
            words::number(n),
            words::number(three.satisfied),
            words::number(three.basically),
            words::number(three.dissatisfied),
            rate(Formula::Satisfied),
            first.map_or_else(String::new, |rate| {
                words::between(rate.low_hundredths, rate.high_hundredths)
            }),
            rate(Formula::Half),
            rate(Formula::AtLeastBasically),
            first.map_or_else(String::new, |rate| words::against(&rate.week)),
        ]);
    }
    out.push(String::new());
    out.push(format!(
        "各{}　{}　（按“只计满意”排名；不足 {RANK_LEAST} 份不排名）",
        words::by(by),
        question.title
    ));
    use Align::{Left, Right};
    let align = [
        Right, Left, Right, Right, Right, Right, Right, Right, Right, Right, Left,
    ];
    out.extend(
        lines(&align, &rows)
            .into_iter()
            .map(|line| format!("  {line}")),
    );
}

/// What a row is called.
pub(super) fn whose(cut: &Cut) -> String {
    let whose = &cut.whose;
    let unit = whose.unit.as_deref().unwrap_or("未注明单位");
    match (&whose.window, &whose.officer) {
        (Some(window), _) => format!("{unit} {window}"),
        (None, Some(officer)) => format!("{unit} {officer}"),
        (None, None) => unit.to_owned(),
    }
}

/// Everything that is chosen rather than rated, the most frequent first.
fn reasons(report: &Report, out: &mut Vec<String>) {
    out.extend([String::new(), "【原因和其他选择】".to_owned()]);
    let before = out.len();
    for stratum in &report.figures.strata {
        let all = stratum.cuts.iter().find(|cut| cut.whose.by == By::All);
        let chosen = all
            .into_iter()
            .flat_map(|cut| &cut.questions)
            .filter(|question| {
                question.three.is_none() && question.kind != Some(Kind::Text) && question.n > 0
            });
        for question in chosen {
            out.push(format!(
                "{} · {} · {}　{}　n={}（占作答人数；可多选时合计可超过 100 %）",
                stratum.title,
                words::mode(stratum.mode),
                words::channels(&stratum.channels),
                question.title,
                words::number(question.n)
            ));
            let mut rows = Vec::new();
            for level in question.levels.iter().filter(|level| level.count > 0) {
                rows.push(vec![
                    level.label.clone(),
                    words::number(level.count),
                    words::percent(level.share_hundredths),
                ]);
            }
            let table = lines(&[Align::Left, Align::Right, Align::Right], &rows);
            out.extend(table.into_iter().map(|line| format!("  {line}")));
        }
    }
    if out.len() == before {
        out.push("没有。".to_owned());
    }
}

fn texts(report: &Report, said: &[Said], out: &mut Vec<String>) {
    let all: u64 = report
        .counts
        .leaves
        .iter()
        .map(|leaf| leaf.counted.texts)
        .sum();
    out.push(String::new());
    out.push(format!(
        "【值得一读】共 {all} 条文字，列出 {} 条：不满意的在前，同级里字多的在前；个人信息不列，长数字打星。",
        said.len()
    ));
    for one in said {
        let unit = one.worth.unit.as_deref().unwrap_or("未注明单位");
        let window = one.window.as_deref().unwrap_or_default();
        let place = format!("{unit} {window}");
        let text = one.text.as_deref().unwrap_or("（已删除）");
        // One line each, whatever was typed; nothing that moves a terminal's cursor.
        let text: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        out.push(format!(
            "  〔{}〕{}　{}：{text}",
            words::level(one.worth.level),
            place.trim_end(),
            one.asked
        ));
    }
}

fn missing(report: &Report, out: &mut Vec<String>) {
    if report.edition.as_ref().is_some_and(|head| head.part > 0) {
        return;
    }
    out.extend([String::new(), "【缺什么】".to_owned()]);
    let found = &report.missing;
    for silent in &found.silent {
        out.push(format!(
            "  {} {}：本周没有一份评价。平板 {} 台，前四周有 {} 份，本周请评 {} 次。",
            silent.unit, silent.window, silent.tablets, silent.usual, silent.asked
        ));
    }
    for tablet in &found.tablets {
        let mut parts = Vec::new();
        if tablet.is_late {
            parts.push("已失联".to_owned());
        }
        if tablet.waiting > 0 {
            parts.push(format!("还有 {} 份未送达，以后进补报", tablet.waiting));
        }
        if tablet.quarantined > 0 {
            parts.push(format!("{} 份被搁置，要人处理", tablet.quarantined));
        }
        if tablet.missing > 0 {
            parts.push(format!("累计 {} 个编号从未收到", tablet.missing));
        }
        out.push(format!(
            "  平板 {}（{} {}）：{}。",
            tablet.name,
            tablet.unit,
            tablet.window,
            parts.join("，")
        ));
    }
    if found.silent.is_empty() && found.tablets.is_empty() {
        out.push("  没有发现沉默的窗口和失联的平板。".to_owned());
    }
}

fn occasions(report: &Report, out: &mut Vec<String>) {
    out.extend([String::new(), "【五必评】".to_owned()]);
    let known = |n: Option<u64>| n.map_or_else(|| "不详".to_owned(), words::number);
    let row = |name: &str, covered: &Covered| {
        let rated =
            |mode: &str| words::number(covered.rated.get(mode).copied().unwrap_or_default());
        vec![
            name.to_owned(),
            known(covered.happened),
            known(covered.asked),
            rated("self"),
            rated("asked"),
            rated("entered"),
        ]
    };
    let mut rows = vec![
        ["场合", "发生", "窗口请评", "本人评", "询问", "代录"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for occasion in &report.occasions {
        rows.push(row(occasion.name, &occasion.all));
        for one in &occasion.officers {
            rows.push(row(
                &format!("  {} {}", one.unit, one.officer),
                &one.covered,
            ));
        }
    }
    use Align::{Left, Right};
    let table = lines(&[Left, Right, Right, Right, Right, Right], &rows);
    out.extend(table.into_iter().map(|line| format!("  {line}")));
    out.push(
        "  发生数由其他系统提供（week happened），没有提供的写“不详”。一件事可以有几个人评，\
         所以只并列，不相除。核实数不详：抽查结果还没有接进来。"
            .to_owned(),
    );
}

fn notes(report: &Report, out: &mut Vec<String>) {
    let clocks = &report.counts.clocks;
    out.extend([String::new(), "【说明】".to_owned()]);
    out.push(format!(
        "  归周：按设备时间 {} 份；设备没有报时间、按收到时间 {} 份；设备时间不可信、按收到时间 {} 份（全部单位）。",
        words::number(clocks.device),
        words::number(clocks.server),
        words::number(clocks.not_believed)
    ));
    out.push("  本人评价、他人询问、工作人员代录从不合在一起算：怎么问，会改变怎么答。".to_owned());
    out.push("  区间是 Wilson 95% 置信区间：真实比率多半在其中；份数越少，区间越宽。".to_owned());
    out.push(format!(
        "  箭头表示变化超出误差（Newcombe 95%）。本报告共比较 {} 次；即使什么都没变，也会有约二十分之一带上箭头。",
        words::number(report.figures.comparisons)
    ));
}
