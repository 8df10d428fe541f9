//! What the device can do for a kiosk: stay awake, fill the screen, speak, keep what
//! it keeps. Each of them is absent somewhere; then the kiosk does without.

use std::cell::RefCell;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::dom::{call, called, document, field, of_navigator, word};

thread_local! {
    /// What keeps the screen on.
    static LOCK: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
    /// What is being said.
    static VOICE: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

/// Keeps the screen on, or lets it go dark.
pub fn wake(is_on: bool) {
    spawn_local(async move {
        let before = LOCK.take();
        // The lock falls by itself when the page is hidden; a released one is no harm.
        let _ = called(&before, "release", &[]).await;
        if is_on {
            let lock = called(&of_navigator("wakeLock"), "request", &["screen".into()]).await;
            LOCK.replace(lock.unwrap_or_default());
        }
    });
}

/// Fills the screen; browsers allow it after a touch only.
pub fn fill_screen() {
    let page: JsValue = document().into();
    if field(&page, "fullscreenElement").is_falsy() {
        let root = field(&page, "documentElement");
        spawn_local(async move {
            // Refused where the browser already is a kiosk, or does not do it.
            let _ = called(&root, "requestFullscreen", &[]).await;
        });
    }
}

/// Gives the screen back.
pub async fn leave_screen() {
    let _ = called(&document().into(), "exitFullscreen", &[]).await;
}

/// Asks the browser not to throw away what is kept; whether it agreed.
pub async fn persist() -> bool {
    let answer = called(&of_navigator("storage"), "persist", &[]).await;
    answer.is_ok_and(|is| is.is_truthy())
}

/// Percent of the battery, where the device says so.
pub async fn battery() -> Option<u8> {
    let navigator: JsValue = web_sys::window()?.navigator().into();
    let battery = called(&navigator, "getBattery", &[]).await.ok()?;
    let level = field(&battery, "level").as_f64()? * 100.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped"
    )]
    let percent = level.round().clamp(0.0, 100.0) as u8;
    Some(percent)
}

/// Two short tones, where the browser lets a page sound by itself.
pub fn chime() {
    let window = web_sys::window().map(JsValue::from).unwrap_or_default();
    let class = field(&window, "AudioContext").dyn_into::<Function>();
    let Some(sound) = class
        .ok()
        .and_then(|class| Reflect::construct(&class, &Array::new()).ok())
    else {
        return;
    };
    for (tone, at) in [(660.0, 0.0), (880.0, 0.18)] {
        let (voice, loudness) = (
            call(&sound, "createOscillator", &[]),
            call(&sound, "createGain", &[]),
        );
        let _ = Reflect::set(&field(&voice, "frequency"), &"value".into(), &tone.into());
        let gain = field(&loudness, "gain");
        for (way, value, when) in [
            ("setValueAtTime", 0.0001, at),
            ("exponentialRampToValueAtTime", 0.3, at + 0.02),
            ("exponentialRampToValueAtTime", 0.0001, at + 0.4),
        ] {
            call(&gain, way, &[value.into(), when.into()]);
        }
        call(&voice, "connect", std::slice::from_ref(&loudness));
        call(&loudness, "connect", &[field(&sound, "destination")]);
        call(&voice, "start", &[at.into()]);
        call(&voice, "stop", &[(at + 0.45).into()]);
    }
    // Its clock stands still where the page may not sound: nothing is heard then, or late.
    crate::platform::later(1_000.0, move || {
        call(&sound, "close", &[]);
    });
}

/// Whether the network seems to be there.
pub fn is_online() -> bool {
    of_navigator("onLine").is_truthy()
}

fn synthesis() -> JsValue {
    let window = web_sys::window().map(JsValue::from).unwrap_or_default();
    field(&window, "speechSynthesis")
}

/// A voice of the device itself for the language: what another host speaks would hear
/// of every reading.
fn voice(language: &str) -> Option<JsValue> {
    let base = |tag: &str| {
        tag.split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let voices = call(&synthesis(), "getVoices", &[]);
    let voices = voices.dyn_into::<Array>().ok()?;
    voices.iter().find(|voice| {
        field(voice, "localService").is_truthy() && base(&word(voice, "lang")) == base(language)
    })
}

/// Whether the device can read this language aloud.
pub fn can_speak(language: &str) -> bool {
    voice(language).is_some()
}

/// Calls `call` when the device's voices are known.
pub fn on_voices(call: impl Fn() + 'static) {
    let synthesis = synthesis();
    if let Ok(target) = synthesis.dyn_into::<web_sys::EventTarget>() {
        crate::dom::listen(&target, "voiceschanged", move |_| call());
    }
}

/// Reads aloud: the recording where there is one, else the device's voice.
pub fn read(recording: Option<&str>, text: &str, language: &str) {
    hush();
    let window = web_sys::window().map(JsValue::from).unwrap_or_default();
    let made = |class: &str, given: &str| {
        let class = field(&window, class).dyn_into::<Function>().ok()?;
        Reflect::construct(&class, &Array::of1(&given.into())).ok()
    };
    match recording {
        Some(address) => {
            let Some(audio) = made("Audio", address) else {
                return;
            };
            VOICE.replace(audio.clone());
            spawn_local(async move {
                // A recording that is missing is silence.
                let _ = called(&audio, "play", &[]).await;
            });
        }
        None => {
            let said = made("SpeechSynthesisUtterance", text).zip(voice(language));
            if let Some((said, voice)) = said {
                let _ = Reflect::set(&said, &"voice".into(), &voice);
                let _ = Reflect::set(&said, &"lang".into(), &language.into());
                call(&synthesis(), "speak", &[said]);
            }
        }
    }
}

/// Stops reading.
pub fn hush() {
    call(&VOICE.take(), "pause", &[]);
    call(&synthesis(), "cancel", &[]);
}
