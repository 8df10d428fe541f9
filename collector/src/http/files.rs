//! The widget's files and the page at `/`, from a table made at start: an
//! address is looked up in it and never becomes a path.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::asset::{Asset, Cache};
use super::problem::Refused;
use super::{App, headers};
use crate::store::switches;

/// The widget's files in the binary: name and content.
const WIDGET: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/widget.rs"));

/// Everything that is served by its name.
#[derive(Debug, Default)]
pub struct Files {
    table: BTreeMap<String, Asset>,
    /// Those that other sites may load.
    public: Vec<String>,
    /// The operator's own page.
    site: Option<Asset>,
    /// `kiosk.json` while the kiosk is switched off.
    killed: Option<Asset>,
}

/// How the names of the modules begin that a page loads when they are needed.
const LATER: [&str; 3] = ["/manyi_outbox", "/manyi_queue", "/manyi_kiosk"];

/// The kiosk's page, which has an address without its ending too.
const KIOSK: &str = "/kiosk.html";
const KIOSK_WORKER: &str = "/kiosk-worker.js";
/// What one version of it consists of, and whether there is to be any.
const KIOSK_LIST: &str = "/kiosk.json";

impl Files {
    /// Reads the widget from `widget`, else from the binary, and the page `site`.
    ///
    /// # Errors
    /// When a folder or the page cannot be read.
    pub fn load(widget: Option<&Path>, site: Option<&Path>) -> io::Result<Self> {
        let mut files = Self::default();
        let mut read: BTreeMap<String, Bytes> = BTreeMap::new();
        match widget {
            Some(folder) => read.extend(folder_files(folder)?),
            None => read.extend(
                WIDGET
                    .iter()
                    .map(|(name, bytes)| ((*name).to_owned(), Bytes::from_static(bytes))),
            ),
        }
        read.entry("manyi-form.css".to_owned())
            .or_insert(Bytes::from_static(crate::pages::FORM_CSS.as_bytes()));
        for (name, bytes) in &read {
            let Some(kind) = content_type(name) else {
                continue;
            };
            let beside = |ending: &str| read.get(&format!("{name}.{ending}")).cloned();
            let cache = if is_hashed(name) {
                Cache::Forever
            } else {
                Cache::Ask
            };
            let asset = Asset::ready(kind, cache, bytes.clone(), beside("br"), beside("gz"));
            let path = format!("/{name}");
            if path == KIOSK_LIST {
                files.killed = killed(kind, bytes);
            }
            files.public.push(path.clone());
            files.table.insert(path, asset);
        }
        if let Some(page) = site {
            files.read_site(page)?;
        }
        Ok(files)
    }

    /// The page and the folders of the files that it names, none of them outside
    /// the page's own folder.
    fn read_site(&mut self, page: &Path) -> io::Result<()> {
        let html = std::fs::read_to_string(page)?;
        let root = page.parent().unwrap_or(Path::new("")).to_owned();
        let mut folders: Vec<&str> = named(&html)
            .filter_map(|name| name.rsplit_once('/').map(|(folder, _)| folder))
            .collect();
        folders.sort_unstable();
        folders.dedup();
        for folder in folders {
            for (name, bytes) in folder_files(&root.join(folder)).unwrap_or_default() {
                let Some(kind) = content_type(&name) else {
                    continue;
                };
                let asset = match std::str::from_utf8(&bytes) {
                    Ok(text) => Asset::text(kind, Cache::Ask, text),
                    Err(_) => Asset::ready(kind, Cache::Ask, bytes, None, None),
                };
                self.table
                    .entry(format!("/{folder}/{name}"))
                    .or_insert(asset);
            }
        }
        let asset = Asset::text("text/html; charset=utf-8", Cache::Ask, &html);
        self.site = Some(asset);
        Ok(())
    }

    /// Whether the widget is there.
    pub fn has_widget(&self) -> bool {
        self.table.contains_key("/manyi.js")
    }

    /// Addresses that the page should fetch early: the widget's glue and Wasm.
    /// The outbox waits until the survey is on screen, the list until it is opened.
    pub fn early(&self) -> impl Iterator<Item = &str> {
        let is_later = |path: &str| LATER.iter().any(|name| path.starts_with(name));
        let widget = move |path: &&String| is_hashed(path) && !is_later(path);
        let hashed = self.table.keys().filter(widget);
        hashed
            .map(String::as_str)
            .filter(|path| path.ends_with(".js") || path.ends_with(".wasm"))
    }
}

/// The list of a version with its end in it; `None` where it is no such list.
fn killed(kind: &'static str, list: &[u8]) -> Option<Asset> {
    let mut list: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(list).ok()?;
    list.insert("kill".to_owned(), true.into());
    let text = serde_json::to_string(&list).ok()?;
    Some(Asset::text(kind, Cache::Ask, &text))
}

/// The relative addresses in `src="…"` and `href="…"`.
fn named(html: &str) -> impl Iterator<Item = &str> {
    let values = ["src=\"", "href=\""].into_iter().flat_map(|attribute| {
        html.split(attribute)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
    });
    values.filter(|address| {
        !address.starts_with(['/', '#'])
            && !address.contains([':', '?', '\\', '%'])
            && !address
                .split('/')
                .any(|part| part.starts_with('.') || part.is_empty())
    })
}

fn folder_files(folder: &Path) -> io::Result<Vec<(String, Bytes)>> {
    let mut files = Vec::new();
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
    for entry in std::fs::read_dir(folder).map_err(named)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .map(str::to_owned);
        if let Some(name) = name.filter(|name| !name.starts_with('.') && path.is_file()) {
            files.push((name, std::fs::read(&path)?.into()));
        }
    }
    Ok(files)
}

/// `manyi_bg-0123456789abcdef.wasm`
fn is_hashed(name: &str) -> bool {
    name.rsplit_once('.')
        .and_then(|(stem, _)| stem.rsplit_once('-'))
        .is_some_and(|(_, hash)| {
            hash.len() == 16 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
}

/// By ending; files of other kinds are not served.
fn content_type(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "html" => "text/html; charset=utf-8",
        "ts" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

/// Whatever has no route of its own.
pub async fn get(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    asked: HeaderMap,
) -> Response {
    named_file(&app, &method, uri.path(), &asked)
}

/// `GET /kiosk`: the page of the tablet at the window, the same for all of them. Its
/// query is read in the browser alone.
pub async fn kiosk(State(app): State<Arc<App>>, method: Method, asked: HeaderMap) -> Response {
    named_file(&app, &method, KIOSK, &asked)
}

/// `GET /handover`: the same page, with the same settings. What a device is there for, its
/// code says.
pub async fn handover(RawQuery(given): RawQuery) -> Response {
    let place = given.map_or("/kiosk".to_owned(), |given| format!("/kiosk?{given}"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// `GET /kiosk.json`: as it was built, or with the end of all versions in it while the
/// operator has switched them off.
pub async fn kiosk_list(State(app): State<Arc<App>>, method: Method, asked: HeaderMap) -> Response {
    let thrown = match app.store.thrown(switches::KIOSK).await {
        Ok(thrown) => thrown.is_some(),
        // Nobody knows which it is: a tablet asks again later, and goes on as it is.
        Err(error) => {
            tracing::error!(%error, "the kiosk's switch");
            return Refused::Unavailable(60).into_response();
        }
    };
    match app.files.killed.as_ref().filter(|_| thrown) {
        Some(killed) => {
            let mut response = killed.answer(&asked);
            headers::open_to_all(response.headers_mut());
            response
        }
        None => named_file(&app, &method, KIOSK_LIST, &asked),
    }
}

fn named_file(app: &App, method: &Method, path: &str, asked: &HeaderMap) -> Response {
    let Some(asset) = app.files.table.get(path) else {
        return Refused::NotFound.into_response();
    };
    if *method != Method::GET && *method != Method::HEAD {
        return ([(header::ALLOW, "GET, HEAD")], Refused::Method).into_response();
    }
    let mut response = asset.answer(asked);
    let policy = match path {
        KIOSK => Some(headers::KIOSK),
        KIOSK_WORKER => Some(headers::KIOSK_WORKER),
        _ => None,
    };
    if let Some(policy) = policy {
        let policy = HeaderValue::from_static(policy);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    } else if app.files.public.iter().any(|public| public == path) {
        headers::open_to_all(response.headers_mut());
    }
    response
}

/// The operator's own page at `/`, where there is one.
pub(super) fn site(app: &App, asked: &HeaderMap) -> Option<Response> {
    let mut response = app.files.site.as_ref()?.answer(asked);
    let policy = HeaderValue::from_static(headers::SITE);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    Some(response)
}
