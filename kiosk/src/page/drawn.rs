//! What is on the screen, as far as it is drawn anew when that changes. A value, and no
//! sentence made by `Debug`: in what is published that writes nothing.

use crate::kiosk::Screen;
use crate::screen::Scene;
use crate::staff::View;

/// What is on the screen.
#[derive(PartialEq)]
pub struct Drawn {
    screen: Screen,
    staff: Option<View>,
    is_whole: bool,
    language: String,
    elder: bool,
    can_read: bool,
    survey: Option<String>,
    has_survey: bool,
    today: Vec<String>,
}

impl Drawn {
    /// What `scene` looks like, with this of the staff's pages where they are shown.
    pub fn of(scene: &Scene<'_>, staff: &View) -> Self {
        let kiosk = scene.kiosk;
        // The staff's pages show nothing of these, and drawn anew they lose what was typed.
        let is_staffs = kiosk.screen == Screen::Staff;
        Self {
            screen: match kiosk.screen {
                // Its seconds are counted down in place.
                Screen::Warning { .. } => Screen::Warning { until: 0.0 },
                screen => screen,
            },
            staff: is_staffs.then(|| staff.clone()),
            is_whole: kiosk.visit.as_ref().is_some_and(|visit| visit.is_whole),
            language: kiosk.language.clone(),
            elder: kiosk.elder,
            can_read: scene.can_read && !is_staffs,
            survey: kiosk.survey.clone(),
            has_survey: scene.survey.is_some(),
            today: if is_staffs {
                Vec::new()
            } else {
                scene.today.to_vec()
            },
        }
    }
}
