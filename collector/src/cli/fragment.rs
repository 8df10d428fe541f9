//! `manyi-collector fragment SURVEY`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use manyi_collector::pages::{self, Shown, form};
use manyi_collector::surveys::{self, Survey};
use manyi_model::{Answers, Channel, Subject};

use super::Failure;

/// What the fragment shows and where it posts.
#[derive(Args, Debug)]
pub struct Fragment {
    /// The id of a ready survey or of one in the folder, or a file.
    #[arg(value_name = "SURVEY")]
    survey: String,
    /// Folder of survey definitions.
    #[arg(long, value_name = "DIR", env = "MANYI_SURVEYS")]
    surveys: Option<PathBuf>,
    /// Address of the collector; without it the page is on the collector's own site.
    #[arg(long, value_name = "URL", default_value = "")]
    collector: String,
    /// Language.
    #[arg(long, value_name = "TAG", default_value = "zh-Hans")]
    lang: String,
    /// The station or office that is rated.
    #[arg(long, value_name = "TOKEN")]
    unit: Option<String>,
    /// The window that is rated.
    #[arg(long, value_name = "TOKEN")]
    window: Option<String>,
    /// The officer who is rated.
    #[arg(long, value_name = "TOKEN")]
    officer: Option<String>,
    /// The matter that is rated.
    #[arg(long, value_name = "TOKEN")]
    matter: Option<String>,
    /// Where it is asked: web, kiosk, sms, phone, visit, meeting or paper.
    #[arg(long, default_value = "web", value_parser = channel)]
    channel: Channel,
    /// What personal answers and free text are sealed to: what `key public` prints.
    #[arg(long, value_name = "KEY")]
    sealing_key: Option<String>,
    /// Large type.
    #[arg(long)]
    elder: bool,
}

fn channel(name: &str) -> Result<Channel, String> {
    Channel::named(name).ok_or_else(|| "web, kiosk, sms, phone, visit, meeting or paper".to_owned())
}

/// Prints it.
pub fn print(wanted: &Fragment) -> Result<ExitCode, Failure> {
    let survey = find(wanted)?;
    let language = pages::choose(&survey.definition, std::slice::from_ref(&wanted.lang));
    let subject = Subject {
        unit: wanted.unit.clone(),
        window: wanted.window.clone(),
        officer: wanted.officer.clone(),
        matter: wanted.matter.clone(),
    };
    let collector = wanted.collector.trim_end_matches('/');
    let action = format!("{collector}/v1/responses");
    // No id: this page is the same for everyone. The collector gives one to each
    // form that arrives without.
    let mut hidden = vec![
        ("survey.id", survey.definition.id.clone()),
        ("survey.version", survey.definition.version.to_string()),
        ("survey.hash", survey.hash.clone()),
        ("channel", wanted.channel.name().to_owned()),
        ("language", language.to_owned()),
    ];
    hidden.extend(form::subject_fields(&subject));
    let shown = Shown {
        form: form::Form {
            survey: &survey,
            language,
            action: &action,
            hidden,
            answers: Answers::new(),
            wrong: &[],
            notice: None,
            is_page: false,
        },
        subject,
        invitation: None,
        channel: wanted.channel,
        elder: wanted.elder,
        sealing_key: wanted.sealing_key.clone(),
        widget: None,
        switches: pages::nothing(),
    };
    print!("{}", pages::fragment(&shown, collector));
    Ok(ExitCode::SUCCESS)
}

/// A file where the name looks like one, else the survey of that id.
fn find(wanted: &Fragment) -> Result<Survey, Failure> {
    if wanted.survey.ends_with(".json") {
        let bytes = std::fs::read(Path::new(&wanted.survey))
            .map_err(|error| format!("{}: {error}", wanted.survey))?;
        return surveys::read(&wanted.survey, &bytes).map_err(listed);
    }
    let (found, faults) = surveys::offered(wanted.surveys.as_deref())?;
    let versions = found
        .into_iter()
        .filter(|survey| survey.definition.id == wanted.survey);
    match versions.max_by_key(|survey| survey.definition.version) {
        Some(survey) => Ok(survey),
        None if faults.is_empty() => Err(format!("there is no survey `{}`", wanted.survey).into()),
        None => Err(listed(faults)),
    }
}

fn listed(faults: Vec<surveys::Fault>) -> Failure {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    lines.join("\n").into()
}
