//! Settings: the command line wins over `MANYI_…`, that over the config file, and
//! that over the defaults.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::http::{DEVICE, Names, Rate, SURVEY};

/// Where the data is: what every command needs that opens the database.
#[derive(Args, Clone, Debug, Default)]
pub struct Place {
    /// Folder with the database; made by `serve` where there is none.
    #[arg(long, global = true, value_name = "DIR", env = "MANYI_DATA")]
    pub data: Option<PathBuf>,
    /// Address of the database, in place of the file in the data folder.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "MANYI_DATABASE",
        hide_env_values = true
    )]
    pub database: Option<String>,
    /// TOML file with any of these settings.
    #[arg(long, global = true, value_name = "FILE", env = "MANYI_CONFIG")]
    pub config: Option<PathBuf>,
}

/// What `serve` can be told.
#[derive(Args, Clone, Debug, Default)]
pub struct Serving {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR:PORT", env = "MANYI_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Folder of survey definitions, in place of the ready ones.
    #[arg(long, value_name = "DIR", env = "MANYI_SURVEYS")]
    pub surveys: Option<PathBuf>,
    /// Folder of the widget's files, in place of those in the binary.
    #[arg(long, value_name = "DIR", env = "MANYI_WIDGET")]
    pub widget: Option<PathBuf>,
    /// An HTML page to serve at `/`, with the files it names beside it.
    #[arg(long, value_name = "FILE", env = "MANYI_SITE")]
    pub site: Option<PathBuf>,
    /// Origin whose pages may post, such as https://www.example.cn; repeatable.
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "MANYI_ALLOW_ORIGIN",
        value_delimiter = ','
    )]
    pub allow_origin: Vec<String>,
    /// Address of a proxy in front of this, whose X-Forwarded-For is believed; repeatable.
    #[arg(
        long,
        value_name = "ADDR",
        env = "MANYI_TRUSTED_PROXY",
        value_delimiter = ','
    )]
    pub trusted_proxy: Vec<IpAddr>,
    /// Most connections at a time.
    #[arg(long, value_name = "N", env = "MANYI_MAX_CONNECTIONS")]
    pub max_connections: Option<usize>,
    /// Seconds a client may take to send its request.
    #[arg(long, value_name = "SECONDS", env = "MANYI_READ_TIMEOUT_S")]
    pub read_timeout_s: Option<u64>,
    /// Responses that one device may send at once.
    #[arg(long, value_name = "N", env = "MANYI_DEVICE_BURST")]
    pub device_burst: Option<u32>,
    /// Responses a minute that one device may send after that.
    #[arg(long, value_name = "N", env = "MANYI_DEVICE_PER_MIN")]
    pub device_per_min: Option<u32>,
    /// Responses that one survey may get at once, from all devices.
    #[arg(long, value_name = "N", env = "MANYI_SURVEY_BURST")]
    pub survey_burst: Option<u32>,
    /// Responses a minute that one survey may get after that.
    #[arg(long, value_name = "N", env = "MANYI_SURVEY_PER_MIN")]
    pub survey_per_min: Option<u32>,
    /// What a system that notifies calls the staff number.
    #[arg(long, value_name = "NAME", env = "MANYI_NOTIFY_STAFF")]
    pub notify_staff: Option<String>,
    /// What it calls the number of the matter.
    #[arg(long, value_name = "NAME", env = "MANYI_NOTIFY_MATTER")]
    pub notify_matter: Option<String>,
    /// What it calls the window.
    #[arg(long, value_name = "NAME", env = "MANYI_NOTIFY_WINDOW")]
    pub notify_window: Option<String>,
    /// How log lines look.
    #[arg(long, value_name = "FORMAT", env = "MANYI_LOG")]
    pub log: Option<LogFormat>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Everything a running collector needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// The database, where it is not the file in the data folder.
    pub database: Option<String>,
    /// The folder of definitions, where it is not the ready ones.
    pub surveys: Option<PathBuf>,
    /// The folder of the widget's files, where it is not those in the binary.
    pub widget: Option<PathBuf>,
    /// The page at `/`.
    pub site: Option<PathBuf>,
    /// Origins whose pages may post.
    pub allow_origin: Vec<String>,
    /// Proxies whose word on the client's address is believed.
    pub trusted_proxy: Vec<IpAddr>,
    /// Most connections at a time.
    pub max_connections: usize,
    /// Seconds a client may take to send its request.
    pub read_timeout_s: u64,
    /// What one device may send.
    pub device_rate: Rate,
    /// What one survey may get.
    pub survey_rate: Rate,
    /// What the fields of a notification are called.
    pub notify: Names,
    /// How log lines look.
    pub log: LogFormat,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    database: Option<String>,
    surveys: Option<PathBuf>,
    widget: Option<PathBuf>,
    site: Option<PathBuf>,
    allow_origin: Vec<String>,
    trusted_proxy: Vec<IpAddr>,
    max_connections: Option<usize>,
    read_timeout_s: Option<u64>,
    device_burst: Option<u32>,
    device_per_min: Option<u32>,
    survey_burst: Option<u32>,
    survey_per_min: Option<u32>,
    notify_staff: Option<String>,
    notify_matter: Option<String>,
    notify_window: Option<String>,
    log: Option<LogFormat>,
}

/// A setting that cannot be used.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl Settings {
    /// The defaults, with the data in `data` and a free port of this machine.
    pub fn local(data: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: data.into(),
            database: None,
            surveys: None,
            widget: None,
            site: None,
            allow_origin: Vec::new(),
            trusted_proxy: Vec::new(),
            max_connections: 1024,
            read_timeout_s: 20,
            device_rate: DEVICE,
            survey_rate: SURVEY,
            notify: Names::default(),
            log: LogFormat::Text,
        }
    }

    /// Puts the settings together.
    ///
    /// # Errors
    /// When the config file cannot be read or a value cannot be used.
    pub fn new(place: &Place, serving: Serving) -> Result<Self, Error> {
        let file = File::read(place.config.as_deref())?;
        let data = place.data.clone().or(file.data).ok_or_else(|| {
            Error("--data DIR is needed: the folder that holds the database".to_owned())
        })?;
        let base = Self::local(data);
        let allow_origin = if serving.allow_origin.is_empty() {
            file.allow_origin
        } else {
            serving.allow_origin
        };
        for origin in &allow_origin {
            check_origin(origin)?;
        }
        let at_least_one = |name: &str, n: u64| {
            if n == 0 {
                return Err(Error(format!("{name} must be 1 or more")));
            }
            Ok(())
        };
        let names = Names::default();
        let settings = Self {
            listen: serving
                .listen
                .or(file.listen)
                .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            database: place.database.clone().or(file.database),
            surveys: serving.surveys.or(file.surveys),
            widget: serving.widget.or(file.widget),
            site: serving.site.or(file.site),
            allow_origin,
            trusted_proxy: if serving.trusted_proxy.is_empty() {
                file.trusted_proxy
            } else {
                serving.trusted_proxy
            },
            max_connections: serving
                .max_connections
                .or(file.max_connections)
                .unwrap_or(base.max_connections),
            read_timeout_s: serving
                .read_timeout_s
                .or(file.read_timeout_s)
                .unwrap_or(base.read_timeout_s),
            device_rate: Rate {
                burst: (serving.device_burst.or(file.device_burst)).unwrap_or(DEVICE.burst),
                per_min: (serving.device_per_min.or(file.device_per_min)).unwrap_or(DEVICE.per_min),
            },
            survey_rate: Rate {
                burst: (serving.survey_burst.or(file.survey_burst)).unwrap_or(SURVEY.burst),
                per_min: (serving.survey_per_min.or(file.survey_per_min)).unwrap_or(SURVEY.per_min),
            },
            notify: Names {
                staff: (serving.notify_staff.or(file.notify_staff)).unwrap_or(names.staff),
                matter: (serving.notify_matter.or(file.notify_matter)).unwrap_or(names.matter),
                window: (serving.notify_window.or(file.notify_window)).unwrap_or(names.window),
            },
            log: serving.log.or(file.log).unwrap_or_default(),
            ..base
        };
        let names = &settings.notify;
        if names.staff == names.matter
            || names.staff == names.window
            || names.matter == names.window
        {
            let reason = "--notify-staff, --notify-matter and --notify-window must differ";
            return Err(Error(reason.to_owned()));
        }
        at_least_one("--max-connections", settings.max_connections as u64)?;
        at_least_one("--read-timeout-s", settings.read_timeout_s)?;
        let (device, survey) = (settings.device_rate, settings.survey_rate);
        at_least_one("--device-burst", device.burst.into())?;
        at_least_one("--device-per-min", device.per_min.into())?;
        at_least_one("--survey-burst", survey.burst.into())?;
        at_least_one("--survey-per-min", survey.per_min.into())?;
        Ok(settings)
    }
}

impl File {
    fn read(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let failed = |reason: String| Error(format!("{}: {reason}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        let mut file: Self = toml::from_str(&text).map_err(|error| failed(error.to_string()))?;
        // A path in the file is seen from the file, not from wherever one stands.
        let folder = path.parent().unwrap_or(Path::new(""));
        let paths = [
            &mut file.data,
            &mut file.surveys,
            &mut file.widget,
            &mut file.site,
        ];
        for path in paths.into_iter().flatten() {
            *path = folder.join(&*path);
        }
        Ok(file)
    }
}

/// An origin exactly as browsers write it: it is compared letter by letter.
fn check_origin(origin: &str) -> Result<(), Error> {
    let rest = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    let fits = rest.is_some_and(|host| {
        !host.is_empty()
            && !host.ends_with(':')
            && host
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:[]_".contains(&b))
    });
    let needless = (origin.starts_with("https://") && origin.ends_with(":443"))
        || (origin.starts_with("http://") && origin.ends_with(":80"));
    if fits && !needless {
        return Ok(());
    }
    Err(Error(format!(
        "--allow-origin {origin}: must be written as browsers do: http:// or https://, the host in \
         lower case, the port only where it is not the usual one, nothing behind"
    )))
}
