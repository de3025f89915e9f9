//! Flows of signing in, with scripted events.

use super::*;
use crate::effect::Effect;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn link(invited: bool) -> String {
    let invite = if invited { "&invite=AAAAAAAAAAAAAAAAAAAAAA" } else { "" };
    format!("sotto://chat.example:7171/#key={KEY}{invite}")
}

struct Person {
    sign: Sign,
    fields: Fields,
    out: Out,
}

impl Person {
    fn new(profiles: usize) -> Self {
        let named = |n: usize| ProfileName {
            dir: format!("/p/{n}").into(),
            label: format!("alice{n}@chat.example"),
        };
        let sign = Sign::new((0..profiles).map(named).collect());
        Self { sign, fields: Fields::new(), out: Out::counting() }
    }

    fn types(&mut self, field: Field, text: &str) {
        self.fields.insert(field, (text.into(), text.len()));
        self.sign.typed(field, text);
    }

    fn act(&mut self, act: SignAct) {
        self.sign.act(act, &mut self.fields, &mut self.out);
    }

    fn effects(&mut self) -> Vec<Effect> {
        core::iter::from_fn(|| self.out.poll()).collect()
    }

    fn focus(&mut self) -> Option<Field> {
        let focus = |effect: Effect| match effect {
            Effect::Focus(field) => Some(field),
            _ => None,
        };
        self.effects().into_iter().filter_map(focus).next_back().flatten()
    }

    fn wrong(&self) -> (Option<Field>, &str) {
        self.sign.wrong.as_ref().map_or((None, ""), |wrong| (wrong.field, &wrong.text))
    }
}

#[test]
fn a_profile_that_is_meant_is_asked_for_at_once() {
    let mut alice = Person::new(3);
    let meant = alice.sign.profiles[1].clone();
    alice.sign.asks_for(&meant);
    assert_eq!(alice.sign.page, Page::Password(1));
    alice.act(SignAct::Back);
    assert_eq!(alice.sign.page, Page::Profiles);
}

#[test]
fn a_profile_is_opened_with_its_password() {
    let mut alice = Person::new(2);
    alice.act(SignAct::Choose(1));
    assert_eq!(alice.focus(), Some(Field::Password));
    alice.types(Field::Password, "right");
    alice.act(SignAct::Submit);
    let effects = alice.effects();
    let [Effect::OpenProfile { profile, password }] = &*effects else { panic!("{effects:?}") };
    assert_eq!((&*profile.label, &***password), ("alice1@chat.example", "right"));
    assert_eq!(alice.sign.busy, Some(Busy::Opening));
}

#[test]
fn a_wrong_password_is_said_beside_its_field_until_it_is_changed() {
    let mut alice = Person::new(1);
    alice.act(SignAct::Choose(0));
    alice.types(Field::Password, "wrong");
    alice.act(SignAct::Submit);
    alice.sign.opened(&Err(Problem::WrongProfilePassword), &mut alice.out);
    assert_eq!(alice.sign.busy, None);
    assert_eq!(alice.focus(), Some(Field::Password));
    assert_eq!(alice.wrong(), (Some(Field::Password), "The password is wrong; try again."));
    alice.types(Field::Password, "righ");
    assert_eq!(alice.sign.wrong, None);
}

#[test]
fn an_invitation_leads_to_an_account() {
    let mut bob = Person::new(0);
    assert_eq!(bob.sign.page, Page::Invitation);
    bob.types(Field::Link, &link(true));
    bob.act(SignAct::Submit);
    assert_eq!(bob.focus(), Some(Field::Handle));
    bob.types(Field::Handle, "bob");
    bob.act(SignAct::Submit);
    assert_eq!(bob.focus(), Some(Field::Password), "Enter goes to the next field");
    assert_eq!(bob.sign.wrong, None);
    bob.types(Field::Password, "violet kettle under maps");
    bob.act(SignAct::Submit);
    assert_eq!(bob.focus(), Some(Field::PasswordAgain));
    bob.types(Field::PasswordAgain, "violet kettle under map");
    bob.act(SignAct::Submit);
    assert_eq!(bob.wrong(), (Some(Field::PasswordAgain), "The passwords differ."));
    bob.types(Field::PasswordAgain, "violet kettle under maps");
    bob.effects();
    bob.act(SignAct::Submit);
    let effects = bob.effects();
    let [Effect::CreateProfile { link, handle, intent, .. }] = &*effects else {
        panic!("{effects:?}")
    };
    assert_eq!((&*link.address, handle.as_str()), ("chat.example:7171", "bob"));
    assert_eq!(*intent, Intent::Register);
    bob.sign.opened(&Ok(()), &mut bob.out);
    bob.sign.event(&Event::Progress(Step::MakingKeys), &mut bob.out);
    assert_eq!(bob.sign.busy, Some(Busy::Making(Some(Step::MakingKeys))));
    bob.sign.event(&Event::Stopped { problem: Some(Problem::HandleTaken) }, &mut bob.out);
    assert_eq!(bob.wrong().0, Some(Field::Handle));
    assert_eq!(text(&bob.fields, Field::Password), "violet kettle under maps", "kept to try again");
}

#[test]
fn a_weak_password_is_refused_for_a_new_account_only() {
    let mut bob = Person::new(0);
    bob.types(Field::Link, &link(true));
    bob.act(SignAct::Submit);
    bob.types(Field::Handle, "bob");
    bob.types(Field::Password, "password1");
    bob.act(SignAct::Submit);
    assert_eq!(bob.wrong().0, Some(Field::Password));
    bob.act(SignAct::HaveAccount);
    bob.effects();
    bob.act(SignAct::Submit);
    assert!(matches!(&*bob.effects(), [Effect::CreateProfile { intent: Intent::Login, .. }]));
}

#[test]
fn a_link_given_to_the_program_is_gone_on_with() {
    let mut bob = Person::new(1);
    bob.sign.link_given(&format!(" {}\n", link(false)), &mut bob.fields, &mut bob.out);
    let Page::Account { intent, .. } = &bob.sign.page else { panic!("{:?}", bob.sign.page) };
    assert_eq!(*intent, Intent::Login, "it has no invitation");
    bob.act(SignAct::Back);
    assert_eq!(text(&bob.fields, Field::Link), link(false));
    bob.act(SignAct::Back);
    assert_eq!(bob.sign.page, Page::Profiles);
}

#[test]
fn a_changed_relay_key_is_said_and_offers_no_way_on() {
    let mut alice = Person::new(1);
    alice.act(SignAct::Choose(0));
    alice.types(Field::Password, "right");
    alice.act(SignAct::Submit);
    let problem = Problem::RelayKeyChanged { expected: "a".into(), received: "b".into() };
    alice.sign.event(&Event::Disconnected { problem, retry_ms: None }, &mut alice.out);
    let (field, said) = alice.wrong();
    assert_eq!(field, None);
    assert!(said.contains("beware of an impostor"), "{said}");
}

#[test]
fn nothing_can_be_pressed_twice() {
    let mut alice = Person::new(1);
    alice.act(SignAct::Choose(0));
    alice.types(Field::Password, "right");
    alice.effects();
    alice.act(SignAct::Submit);
    alice.act(SignAct::Submit);
    alice.act(SignAct::Back);
    assert_eq!(alice.effects().len(), 1);
}

#[test]
fn faults_of_a_link_are_said_as_it_is_typed() {
    for good in ["", "sot", "sotto://", &link(true), &link(false)] {
        assert_eq!(link_fault(good), None, "{good}");
    }
    for bad in
        ["http://x", "sotto://chat.example:7171", "sotto://c:1/#invite=A", "sotto://c:1/#key=A"]
    {
        assert!(link_fault(bad).is_some(), "{bad}");
    }
}

#[test]
fn a_profile_that_is_opened_already_asks_only_if_that_fails() {
    let mut alice = Person::new(2);
    let profile = alice.sign.profiles[1].clone();
    alice.sign.opens(&profile);
    assert_eq!((&alice.sign.page, alice.sign.busy), (&Page::Password(1), Some(Busy::Opening)));
    alice.act(SignAct::Submit);
    assert!(alice.effects().is_empty(), "nothing is opened twice");
    alice.sign.opened(&Err(Problem::WrongProfilePassword), &mut alice.out);
    assert_eq!(alice.wrong(), (Some(Field::Password), "The password is wrong; try again."));
    assert_eq!(alice.sign.busy, None);
}
