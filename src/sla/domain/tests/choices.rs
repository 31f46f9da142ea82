use super::*;

fn policy(id: u128, order: i32, feedback_type: Option<&str>, grade: Option<&str>) -> Policy {
    let conditions = Conditions {
        feedback_type: feedback_type.map(Into::into),
        grade: grade.map(Into::into),
        ..Conditions::default()
    };
    Policy {
        id: Uuid::from_u128(id),
        order,
        conditions,
    }
}

const FACTS: Facts<'_> = Facts {
    feedback_type: "complaint",
    priority: "normal",
    grade: Some("high_value"),
    channel: "phone",
};

#[test]
fn rule_13_names_the_winner_and_why_the_others_lost() {
    let policies = [
        policy(5, 1, Some("complaint"), Some("high_value")),
        policy(1, 2, None, None),
        policy(2, 1, Some("complaint"), None),
        policy(6, 1, Some("complaint"), Some("high_value")),
        policy(3, 0, Some("praise"), None),
        policy(4, 0, None, Some("potential")),
    ];
    let choice = choose(&policies, FACTS);
    assert_eq!(choice.winner, Some(Uuid::from_u128(5)));
    let why: Vec<_> = choice
        .losers
        .iter()
        .map(|loser| (loser.id.as_u128(), loser.why.code()))
        .collect();
    let expected = [
        (1, "higher_order"),
        (2, "fewer_conditions"),
        (6, "newer_id"),
        (3, "other_type"),
        (4, "other_grade"),
    ];
    assert_eq!(why, expected);
}

#[test]
fn nothing_may_match() {
    let policies = [policy(1, 1, None, Some("high_value"))];
    let choice = choose(&policies, Facts { grade: None, ..FACTS });
    assert_eq!((choice.winner, choice.losers[0].why), (None, WhyLost::OtherGrade));
    assert_eq!(choose(&[], FACTS).winner, None);
}
