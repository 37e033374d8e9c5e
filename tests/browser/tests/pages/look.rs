//! What every page owes to whoever looks at it, or has it read aloud.

use postern_browser::{Browser, Screen};
use postern_e2e::Outcome;

/// Takes pictures of the page that is open, and fails when it is too wide, too faint, or cannot be read aloud.
pub(crate) async fn look(browser: &Browser, name: &str) -> Outcome {
    browser.picture(name).await?;
    let unfit: Vec<String> = browser.driver.execute(UNFIT, Vec::new()).await?.convert()?;
    if !unfit.is_empty() {
        return Err(format!("{name}: {unfit:?}").into());
    }
    for screen in Screen::ALL {
        browser.show_on(screen).await?;
        let faint: Vec<String> = browser.driver.execute(FAINT, Vec::new()).await?.convert()?;
        if !faint.is_empty() {
            return Err(format!("{name}, {screen:?}: {faint:?}").into());
        }
    }
    Ok(())
}

/// Lists what assistive technology misses: a language, a title, one heading, a name for each field and each button;
/// and fields that the style sheet forgot.
const UNFIT: &str = "
    const faults = [];
    if (!document.documentElement.lang) faults.push('no language');
    if (!document.title) faults.push('no title');
    if (document.querySelectorAll('h1').length !== 1) faults.push('not one heading');
    if (document.querySelectorAll('main').length !== 1) faults.push('not one main');
    for (const field of document.querySelectorAll('input:not([type=hidden], [hidden])'))
        if (!field.labels.length) faults.push('no label: ' + field.name);
    for (const field of document.querySelectorAll('input:not([type=hidden], [hidden], [type=radio], [type=checkbox])'))
        if (field.offsetWidth < field.parentElement.clientWidth - 1) faults.push('no style: ' + field.name);
    for (const button of document.querySelectorAll('button'))
        if (!button.textContent.trim()) faults.push('no text: ' + button.id);
    return faults";

/// Lists what is too faint: text stands out 4.5 to 1, the edges of fields and buttons 3 to 1 (WCAG 2.2, 1.4.3 and
/// 1.4.11).
const FAINT: &str = "
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const luminance = colour => channels(colour).slice(0, 3)
        .map(it => it / 255).map(it => it <= .03928 ? it / 12.92 : ((it + .055) / 1.055) ** 2.4)
        .reduce((sum, it, index) => sum + it * [.2126, .7152, .0722][index], 0);
    const ratio = (one, other) => {
        const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (high + .05) / (low + .05);
    };
    const behind = element => {
        const colour = getComputedStyle(element).backgroundColor;
        return channels(colour)[3] === 0 ? behind(element.parentElement) : colour;
    };
    const faint = [];
    for (const element of document.querySelectorAll('h1, p, li, label, legend, strong, button, a')) {
        const found = ratio(getComputedStyle(element).color, behind(element));
        if (found < 4.5) faint.push(`${element.tagName} ${element.textContent.trim()}: ${found.toFixed(2)}`);
    }
    for (const element of document.querySelectorAll('input:not([type=hidden]), button')) {
        const found = ratio(getComputedStyle(element).borderColor, behind(element.parentElement));
        if (found < 3) faint.push(`${element.tagName} ${element.id}, edge: ${found.toFixed(2)}`);
    }
    return faint";
