//! The collector: takes responses in, keeps them, and gives them out again.
//!
//! | module | what |
//! | --- | --- |
//! | [`config`] | settings from command line, environment and file |
//! | [`surveys`] | which surveys can be shown and answered |
//! | [`http`] | requests and answers |
//! | [`pages`] | HTML |
//! | [`desk`] | the back office: who may see and change what |
//! | [`sealing`] | the keys, and what they open |
//! | [`store`] | the database; one task writes |
//! | [`export`] | CSV and JSON lines |
//! | [`search`] | what of a response can be found, and the task that makes it so |
//! | [`flags`] | hints that a rating may not be a citizen's own |
//! | [`collation`] | the weekly collation and the closed weeks |
//! | [`pictures`] | figures as SVG |
//! | [`clock`] | the one place that reads the clock, makes ids and draws random bytes |
//! | [`secret`] | codes and credentials, kept as hashes |
//! | [`personal`] | what tokens may not hold |
//! | [`table`] | rows as spreadsheets write them |
//! | [`roster`] | a file of who is on duty when |
//! | [`units`] | offices, stations, windows, officers: who belongs to whom |
//! | [`qr`] | links as QR codes |
//! | [`wall`] | days of the clock on the wall |
//! | [`limits`] | the bounds of all that |
//!
//! A test starts one inside its own process:
//!
//! ```no_run
//! # async fn f() -> Result<(), Box<dyn std::error::Error>> {
//! use manyi_collector::{Collector, config::Settings};
//! let collector = Collector::start(Settings::local("data")).await?;
//! println!("{}", collector.url());
//! collector.stop().await;
//! # Ok(()) }
//! ```

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

pub mod clock;
pub mod collation;
pub mod config;
pub mod desk;
pub mod export;
pub mod flags;
pub mod http;
pub mod limits;
pub mod pages;
pub mod pictures;
pub mod qr;
pub mod roster;
pub mod sealing;
pub mod search;
pub mod secret;
pub mod store;
pub mod surveys;
pub mod table;
pub mod units;
pub mod wall;

pub use manyi_model::personal;

use config::Settings;
use sealing::Keys;
use store::Store;
use store::writer::Writer;
use surveys::{Fault, Surveys};

/// A running collector.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    faults: Vec<Fault>,
    app: Arc<http::App>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    writer: JoinHandle<()>,
    filing: JoinHandle<()>,
}

/// Why a collector did not start.
#[derive(Debug)]
pub enum Error {
    /// The database.
    Store(store::Error),
    /// The keys that open sealed answers.
    Keys(sealing::Error),
    /// The surveys.
    Surveys(surveys::Error),
    /// The widget's folder, or the page at `/`.
    Files(io::Error),
    /// The address to listen on.
    Listen(SocketAddr, io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Keys(error) => error.fmt(f),
            Self::Surveys(error) => error.fmt(f),
            Self::Files(error) => error.fmt(f),
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl Collector {
    /// Opens the database, loads the surveys and listens.
    ///
    /// # Errors
    /// When one of these fails. Broken definitions are no error: see [`faults`](Self::faults).
    pub async fn start(settings: Settings) -> Result<Self, Error> {
        let store = store::open(&settings.data, settings.database.as_deref(), true)
            .await
            .map_err(Error::Store)?;
        let keys = Keys::open_or_create(&settings.data).map_err(Error::Keys)?;
        let (surveys, faults) = Surveys::load(settings.surveys.as_deref(), &store)
            .await
            .map_err(Error::Surveys)?;
        for fault in &faults {
            tracing::error!("definition not served: {fault}");
        }
        let files = http::Files::load(settings.widget.as_deref(), settings.site.as_deref())
            .map_err(Error::Files)?;
        if !files.has_widget() {
            tracing::warn!(
                "no widget: neither --widget nor MANYI_WIDGET_DIR when this was built; pages are plain forms"
            );
        }
        let listener = http::server::listen(settings.listen)
            .map_err(|error| Error::Listen(settings.listen, error))?;
        let address = listener
            .local_addr()
            .map_err(|error| Error::Listen(settings.listen, error))?;
        let patience = Duration::from_secs(settings.read_timeout_s);
        let (writer, writing) = Writer::start(store.clone());
        let (stop, stopped) = watch::channel(false);
        let surveys = Arc::new(surveys);
        let filing = tokio::spawn(search::filing::run(
            store.clone(),
            Arc::clone(&surveys),
            writer.counter(),
            stopped.clone(),
        ));
        let app = Arc::new(http::App {
            store,
            writer,
            definitions: http::Definitions::new(&surveys),
            surveys,
            keys,
            files,
            allow_origin: settings.allow_origin,
            patience,
            rates: http::Rates::new(settings.device_rate, settings.survey_rate, Instant::now()),
            batches: Semaphore::new(http::BATCHES),
            codes: http::Throttle::new(limits::CODE_GUESSES_PER_MIN),
            triggers: http::Throttle::new(limits::TRIGGERS_PER_MIN),
            notify: settings.notify,
            proxies: settings.trusted_proxy,
            hashes: Semaphore::new(limits::HASHES),
            hub: http::Hub::default(),
            sockets: Arc::new(Semaphore::new(limits::SOCKETS)),
            stop: stopped.clone(),
        });
        let routes = http::router(Arc::clone(&app));
        let most = settings.max_connections;
        let server = tokio::spawn(http::server::run(listener, routes, most, patience, stopped));
        Ok(Self {
            address,
            faults,
            app,
            stop,
            server,
            writer: writing,
            filing,
        })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as an address of the web, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The definitions that are not served, and why.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The database, for looking at what was stored.
    pub fn store(&self) -> &Store {
        &self.app.store
    }

    /// Commits so far.
    pub fn commits(&self) -> u64 {
        self.app.writer.commits()
    }

    /// Takes no more connections, finishes what is in flight, writes all of it
    /// and closes the database.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.server.await;
        let store = self.app.store.clone();
        // The last way to the writer goes with the application, and the writer
        // ends when it has written what was handed in.
        drop(self.app);
        if tokio::time::timeout(Duration::from_secs(30), self.writer)
            .await
            .is_err()
        {
            tracing::warn!("the writer did not finish in time");
        }
        let _ = self.filing.await;
        store.close().await;
    }
}

/// What serde_json says, without the line and column that stand behind it.
pub(crate) fn bare(error: &serde_json::Error) -> String {
    let said = error.to_string();
    match said.rfind(" at line ") {
        Some(at) => said[..at].to_owned(),
        None => said,
    }
}
