//! Who may do what. One table: nothing else in the collector asks for a role.

/// What somebody is, over a unit and all below it or over the whole house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// 管理员: units and accounts.
    Administrator,
    /// 负责人: a station's or an office's leader; sees figures.
    Leader,
    /// 回访员: calls people back.
    Caller,
    /// 窗口人员: works at a window; never sees who rated what.
    Clerk,
    /// 审计员: sees everything, changes nothing.
    Auditor,
}

/// What a page or a form needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// To see units, windows and officers.
    SeeUnits,
    /// To name, move and close them.
    ChangeUnits,
    /// To see accounts and their roles.
    SeePeople,
    /// To make and shut out accounts, and to give roles.
    ChangePeople,
    /// To see the audit trail.
    SeeTrail,
    /// To see figures of units.
    SeeFigures,
    /// To read what people wrote, without who or when.
    ReadTexts,
    /// To close weeks, and to publish closed ones: for the whole house alone.
    CloseWeeks,
    /// To search and read responses; personal answers masked.
    SeeResponses,
    /// To see a personal answer as it was given, with a reason.
    SeePersonal,
    /// To put tags on responses.
    TagResponses,
    /// To delete a response on a person's request. Not whoever is judged by it.
    EraseResponses,
    /// To see how long what is kept.
    SeeRetention,
    /// To change it, and to delete what is due.
    ChangeRetention,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Administrator,
        Self::Leader,
        Self::Caller,
        Self::Clerk,
        Self::Auditor,
    ];

    /// The name in the database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Leader => "leader",
            Self::Caller => "caller",
            Self::Clerk => "clerk",
            Self::Auditor => "auditor",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The table.
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::SeeUnits | Right::SeeFigures | Right::ReadTexts | Right::SeeResponses => {
                matches!(self, Self::Administrator | Self::Leader | Self::Auditor)
            }
            Right::SeePersonal | Right::TagResponses => {
                matches!(self, Self::Administrator | Self::Leader)
            }
            Right::SeePeople | Right::SeeTrail | Right::SeeRetention => {
                matches!(self, Self::Administrator | Self::Auditor)
            }
            Right::CloseWeeks => matches!(self, Self::Administrator | Self::Leader),
            Right::ChangeUnits
            | Right::ChangePeople
            | Right::EraseResponses
            | Right::ChangeRetention => matches!(self, Self::Administrator),
        }
    }
}

/// A role over a unit and all below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The unit; `None` for the whole house.
    pub unit: Option<String>,
}
