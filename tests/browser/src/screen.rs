//! What a page looks like: sizes, light and dark, pictures for people to look at.

use std::path::PathBuf;

use postern_e2e::Outcome;
use serde_json::json;

use crate::Browser;

/// What the person prefers.
#[derive(Clone, Copy, Debug)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A screen.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Its width in CSS pixels.
    pub width: u32,
    /// The colours.
    pub theme: Theme,
}

impl Screen {
    /// A phone and a desk, each in both themes.
    pub const ALL: [Self; 4] = [
        Self { width: 390, theme: Theme::Light },
        Self { width: 390, theme: Theme::Dark },
        Self { width: 1280, theme: Theme::Light },
        Self { width: 1280, theme: Theme::Dark },
    ];

    const fn name(self) -> &'static str {
        match self.theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

impl Browser {
    /// Shows the page on another screen.
    pub async fn show_on(&self, screen: Screen) -> Outcome {
        let size = json!({ "width": screen.width, "height": 800, "deviceScaleFactor": 1, "mobile": screen.width < 600 });
        let colours = json!({ "features": [{ "name": "prefers-color-scheme", "value": screen.name() }] });
        let cdp = self.driver.cdp();
        cdp.send_raw("Emulation.setDeviceMetricsOverride", size).await?;
        cdp.send_raw("Emulation.setEmulatedMedia", colours).await?;
        Ok(())
    }

    /// Takes pictures on every screen into `screenshots` beside the build. Fails when the page is wider than a screen.
    pub async fn picture(&self, name: &str) -> Outcome {
        let folder = pictures()?;
        std::fs::create_dir_all(&folder)?;
        for screen in Screen::ALL {
            self.show_on(screen).await?;
            let script = "return document.documentElement.scrollWidth";
            let width: u32 = self.driver.execute(script, Vec::new()).await?.convert()?;
            if width > screen.width {
                return Err(format!("{name} is {width} wide on a screen of {}", screen.width).into());
            }
            let file = format!("{name}-{}-{}.png", screen.width, screen.name());
            self.driver.screenshot(&folder.join(file)).await?;
        }
        Ok(())
    }

    /// Takes one picture of a page as it is, scripts or none.
    pub async fn snap(&self, name: &str) -> Outcome {
        let folder = pictures()?;
        std::fs::create_dir_all(&folder)?;
        Ok(self.driver.screenshot(&folder.join(format!("{name}.png"))).await?)
    }
}

fn pictures() -> Outcome<PathBuf> {
    let target = postern_e2e::binaries()?.parent().ok_or("no target folder")?.to_owned();
    Ok(target.join("screenshots"))
}
