//! Reasons, texts worth reading, 五必评, and how all of it is counted.

use manyi_model::Kind;
use manyi_model::limits::RANK_LEAST;
use manyi_model::statistics::Formula;
use maud::{Markup, html};

use super::look::Looked;
use super::{tables, words};
use crate::collation::figures::Question;
use crate::collation::occasions::Covered;
use crate::collation::read::Said;
use crate::collation::words::{number, percent};

/// What was chosen rather than rated, the most frequent first.
pub(super) fn reasons(looked: &Looked) -> Markup {
    let language = looked.language;
    let all = looked.stratum().and_then(|stratum| stratum.all());
    let chosen: Vec<&Question> = all
        .into_iter()
        .flat_map(|all| &all.questions)
        .filter(|question| {
            question.three.is_none() && question.kind != Some(Kind::Text) && question.n > 0
        })
        .collect();
    html! {
        section.card #reasons {
            h2 { (language.say("原因和其他选择", "Reasons and other choices")) " " (tables::csv(looked, "reasons")) }
            @if chosen.is_empty() { p { (language.say("没有。", "None.")) } }
            @for question in chosen {
                h3 { (question.title) span.soft { " n=" (number(question.n)) } }
                div.scroll tabindex="0" role="region" aria-label=(question.title) {
                    table.figures.narrow {
                        thead { tr {
                            th scope="col" { (language.say("选择", "Choice")) }
                            th.num scope="col" { (language.say("次数", "Times")) }
                            th.num scope="col" {
                                (language.say("占比", "Share"))
                                small { (language.say("次数 ÷ 作答人数", "times ÷ who answered")) ", n=" (number(question.n)) }
                            }
                        } }
                        tbody {
                            @let mut levels = question.levels.iter().filter(|level| level.count > 0).collect::<Vec<_>>();
                            @let () = levels.sort_by_key(|level| std::cmp::Reverse(level.count));
                            @for level in levels {
                                tr {
                                    th scope="row" { (level.label) }
                                    td.num { (number(level.count)) }
                                    td.num { (percent(level.share_hundredths)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What people wrote. Nothing here says who or when.
pub(super) fn texts(looked: &Looked, said: &[Said]) -> Markup {
    let language = looked.language;
    let all: u64 = looked
        .report
        .counts
        .leaves
        .iter()
        .map(|leaf| leaf.counted.texts)
        .sum();
    html! {
        section.card #texts {
            h2 { (language.say("值得一读", "Worth reading")) }
            p.soft { (language.say(
                format!("共 {} 条文字，列出 {} 条：不满意的在前，同级里字多的在前。个人信息不列，长数字打星。", number(all), said.len()),
                format!("{} of {} texts: the dissatisfied first, then the longest. Nothing personal; long numbers are starred out.", said.len(), number(all)),
            )) }
            @let short = said.len().min(SHOWN);
            @let (first, more) = said.split_at(short);
            @if !first.is_empty() { ul.texts { @for one in first { (text(looked, one)) } } }
            @if !more.is_empty() {
                details {
                    summary { (language.say(format!("其余 {} 条", more.len()), format!("{} more", more.len()))) }
                    ul.texts { @for one in more { (text(looked, one)) } }
                }
            }
        }
    }
}

/// Texts that are on the page at once.
const SHOWN: usize = 20;

fn text(looked: &Looked, said: &Said) -> Markup {
    let language = looked.language;
    let unit = said.worth.unit.as_deref();
    html! {
        li class=[(said.worth.level == 0).then_some("bad")] {
            p.soft {
                span.tag { (words::level(language, said.worth.level)) } " "
                (looked.unit_name(unit))
                @if let Some(window) = &said.window { " " (looked.window_name(unit.unwrap_or_default(), window)) }
                " · " (said.asked)
            }
            blockquote { (said.text.as_deref().unwrap_or(language.say("（已删除）", "(deleted)"))) }
        }
    }
}

/// 五必评.
pub(super) fn occasions(looked: &Looked) -> Markup {
    let language = looked.language;
    let title = language.say("五必评", "The five must-rate occasions");
    let known =
        |n: Option<u64>| n.map_or_else(|| language.say("不详", "unknown").to_owned(), number);
    let english = |id: &str| match id {
        "incident" => "calls to 110",
        "reception" => "visitors received",
        "meeting" => "meetings",
        "home_visit" => "home visits",
        _ => "feedback",
    };
    let row = |name: &str, class: Option<&str>, covered: &Covered| {
        let rated = |mode: &str| covered.rated.get(mode).copied().unwrap_or_default();
        html! {
            tr class=[class] {
                th scope="row" { (name) }
                td.num { (known(covered.happened)) }
                td.num { (known(covered.asked)) }
                @for mode in ["self", "asked", "entered"] { td.num { (number(rated(mode))) } }
            }
        }
    };
    html! {
        section.card #occasions {
            h2 { (title) " " (tables::csv(looked, "occasions")) }
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table.figures.narrow {
                    thead { tr {
                        th scope="col" { (language.say("场合", "Occasion")) }
                        th.num scope="col" { (language.say("发生", "Happened")) }
                        th.num scope="col" { (language.say("窗口请评", "Asked")) }
                        th.num scope="col" { (language.say("本人评", "By oneself")) }
                        th.num scope="col" { (language.say("询问", "When asked")) }
                        th.num scope="col" { (language.say("代录", "By staff")) }
                    } }
                    tbody {
                        @for occasion in &looked.report.occasions {
                            (row(language.say(occasion.name, english(occasion.id)), None, &occasion.all))
                        }
                    }
                }
            }
            p.soft { (language.say(
                "发生数由其他系统提供，没有提供的写“不详”。一件事可以有几个人评，所以只并列，不相除。按人的数在 CSV 里。核实数不详：抽查结果还没有接进来。",
                "How often each happened other systems say; what nobody said is unknown. Several people may rate one case: the numbers stand beside each other and are not divided. The CSV has them by officer. How many were verified is not known yet.",
            )) }
        }
    }
}

/// Every formula on the page in words.
pub(super) fn how(looked: &Looked) -> Markup {
    let language = looked.language;
    let clocks = &looked.report.counts.clocks;
    html! {
        section.card.how-all #how {
            h2 { (language.say("怎么算的", "How it is counted")) }
            dl {
                @for formula in Formula::ALL {
                    dt { (language.say("满意率，", "Rate, ")) (words::title(language, formula)) }
                    dd { (words::formula(language, formula)) }
                }
                dt { (language.say("95% 区间", "95 % interval")) }
                dd { (language.say(
                    "Wilson 区间：真实比率多半在其中；份数越少，区间越宽。它只说偶然，不说谁来评、谁没评。",
                    "Wilson’s score interval: the true rate most likely lies in it; the fewer ratings, the wider. It is about chance, not about who rated and who did not.",
                )) }
                dt { (language.say("变化", "Changes")) }
                dd { (language.say(
                    format!("箭头表示变化超出误差（Newcombe 95%），只与已结算的周比较。本页共比较 {} 次；即使什么都没变，也会有约二十分之一带上箭头。", number(looked.report.figures.comparisons)),
                    format!("An arrow says that a change is more than noise (Newcombe, 95 %), against closed weeks only. Of {} comparisons about one in twenty has one even where nothing changed.", number(looked.report.figures.comparisons)),
                )) }
                dt { (language.say("要看一看的", "What needs a look")) }
                dd { (language.say(
                    format!("满 {RANK_LEAST} 份、且“只计满意”比其余各处合起来低得超出误差的；或比上周低得超出误差的。"),
                    format!("With {RANK_LEAST} ratings or more, and “satisfied only” below all the others together by more than noise; or below its last week by more than noise."),
                )) }
                dt { (language.say("回收率", "Response rate")) }
                dd { (language.say(
                    "已评 ÷ 窗口请评次数。分母不知道就写不详，从不估。",
                    "Answered ÷ how often windows were told to ask. Where that is not known it says so; nothing is estimated.",
                )) }
                dt { (language.say("归周", "Which week")) }
                dd { (language.say(
                    format!("周一到周日，北京时间。按设备时间 {} 份；设备没有报时间、按收到时间 {} 份；设备时间不可信、按收到时间 {} 份（全部单位）。", number(clocks.device), number(clocks.server), number(clocks.not_believed)),
                    format!("Monday to Sunday in China. By the device’s clock {}; it said no time, by arrival {}; not believed, by arrival {} (all units).", number(clocks.device), number(clocks.server), number(clocks.not_believed)),
                )) }
            }
        }
    }
}
