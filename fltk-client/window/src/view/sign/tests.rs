//! What the screen for signing in looks like.

use engine::Problem;

use super::*;
use crate::app::Out;
use crate::look::fixture::Fixed;
use crate::state::Screen;
use crate::state::profile::ProfileName;
use crate::state::sign::Fields;
use crate::view::fixture::state;
use crate::view::part::check_scene;

const SIZES: [(i32, i32); 2] = [(480, 600), (1_000, 700)];
const LINK: &str = "sotto://chat.example:7171/#key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&invite=AAAAAAAAAAAAAAAAAAAAAA";

fn scene_of(size: (i32, i32), fields: Fields, sign: Sign) -> Scene {
    let mut state = state(size);
    (state.fields, state.screen) = (fields, Screen::Sign(sign));
    let Screen::Sign(sign) = &state.screen else { panic!() };
    let (fixed, mut scene) = (Fixed::MONDAY, Scene::default());
    view(&mut scene, &state, sign, fixed.look());
    check_scene(&scene, fixed.look(), size).unwrap();
    for region in &scene.regions {
        assert!(region.rect.bottom() <= size.1, "{} can be reached", region.name);
    }
    scene
}

/// What is written, a line for each text, and the names of what can be pressed.
fn words(scene: &Scene) -> Vec<String> {
    let text = |op: &Op| match op {
        Op::Text(_, _, _, text) => Some(text.to_string()),
        _ => None,
    };
    let texts = scene.ops.iter().filter_map(text);
    texts.chain(scene.regions.iter().map(|region| format!("[{}]", region.name))).collect()
}

fn profiles() -> Vec<ProfileName> {
    let labels = ["alice@chat.example", "work"];
    labels.map(|label| ProfileName { dir: label.into(), label: label.into() }).into()
}

fn typed(fields: &[(Field, &str)]) -> Fields {
    fields.iter().map(|(field, text)| (*field, ((*text).to_owned(), text.len()))).collect()
}

#[test]
fn profiles_are_rows() {
    for size in SIZES {
        let scene = scene_of(size, Fields::new(), Sign::new(profiles()));
        let expected = [
            "Welcome back",
            "Choose a profile of this computer.",
            "A",
            "alice",
            "chat.example",
            "W",
            "work",
            "Open an invitation",
            "[alice@chat.example]",
            "[work]",
            "[Open an invitation]",
            "[Dark theme]",
        ];
        assert_eq!(words(&scene), expected);
    }
}

#[test]
fn a_new_account_fits_a_small_window_whatever_is_wrong() {
    for size in SIZES {
        let (mut fields, mut out) = (Fields::new(), Out::counting());
        let mut sign = Sign::new(Vec::new());
        sign.link_given(LINK, &mut fields, &mut out);
        fields.extend(typed(&[(Field::Handle, "Alice"), (Field::Password, "short")]));
        sign.act(SignAct::Submit, &mut fields, &mut out);
        let words = words(&scene_of(size, fields, sign)).join("\n");
        for said in
            ["On the relay chat.example:7171", "Small letters only.", "Very weak. At least 8"]
        {
            assert!(words.contains(said), "{said}: {words}");
        }
    }
}

#[test]
fn a_damaged_link_is_said_as_it_is_typed() {
    let fields = typed(&[(Field::Link, "sotto://chat.example:7171")]);
    let scene = scene_of((480, 600), fields, Sign::new(Vec::new()));
    assert!(words(&scene).iter().any(|text| text.starts_with("The part from # on is missing")));
    assert!(!words(&scene).contains(&"[Back]".to_owned()), "there is nothing behind it");
}

#[test]
fn a_long_problem_stands_above_the_button() {
    for size in SIZES {
        let mut sign = Sign::new(profiles());
        let (mut fields, mut out) = (Fields::new(), Out::counting());
        sign.act(SignAct::Choose(0), &mut fields, &mut out);
        let problem = Problem::RelayKeyChanged {
            expected: "1111-2222-3333-4444".into(),
            received: "5555-6666-7777-8888".into(),
        };
        sign.opened(&Err(problem), &mut out);
        let words = words(&scene_of(size, fields, sign));
        assert_eq!(words.last().map(String::as_str), Some("[Dark theme]"));
        assert!(words.join(" ").contains("beware of an impostor"), "{words:?}");
    }
}

#[test]
fn progress_moves_and_nothing_can_be_pressed() {
    let mut sign = Sign::new(profiles());
    let (mut fields, mut out) = (Fields::new(), Out::counting());
    sign.act(SignAct::Choose(0), &mut fields, &mut out);
    fields.extend(typed(&[(Field::Password, "right")]));
    sign.act(SignAct::Submit, &mut fields, &mut out);
    let scene = scene_of((480, 600), fields, sign);
    assert!(scene.next_ms.is_some());
    assert_eq!(scene.regions.len(), 1, "the theme");
    assert!(scene.fields.iter().all(|field| !field.enabled));
}

#[test]
fn in_a_low_window_the_button_is_reached_by_scrolling() {
    let size = (500, 350);
    let (mut fields, mut out) = (Fields::new(), Out::counting());
    let mut sign = Sign::new(Vec::new());
    sign.link_given(LINK, &mut fields, &mut out);
    let mut state = state(size);
    let fixed = Fixed::MONDAY;
    let limit = scroll_limit(&state, &sign, fixed.look());
    assert!(limit > 0);
    sign.wheel(10_000, limit);
    assert_eq!(sign.scroll, limit);
    state.fields = fields.clone();
    let scene = scene_of(size, fields, sign);
    assert!(words(&scene).contains(&"[Create account]".to_owned()));
}
