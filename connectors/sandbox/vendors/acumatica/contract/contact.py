"""``Contact`` and ``Address`` as Employee uses them: the contract knows more than the form maps."""

from __future__ import annotations

from connectors.sandbox.vendors.acumatica.contract.fields import (
    Details,
    Field,
    Part,
    Shape,
    flags,
    instants,
    texts,
    unmapped,
)

TITLES = ("Dr.", "Miss", "Mr.", "Mrs.", "Ms.", "Prof.")

ATTRIBUTE = Shape(
    "AttributeValue",
    fields=(
        *texts("AttributeID AttributeDescription"),
        Field("IsActive", "Boolean"),
        Field("RefNoteID", "Guid"),
        Field("Required", "Boolean"),
        *texts("Value ValueDescription"),
    ),
)

ADDRESS = Shape(
    "Address",
    fields=(
        Field("AddressLine1", title="Address Line 1", longest=50),
        Field("AddressLine2", title="Address Line 2", longest=50),
        Field("City", longest=50),
        Field("Country", longest=2),
        Field("PostalCode", title="Postal Code", longest=20),
        Field("State", longest=50),
        *flags("Validated", is_read_only=True),
        *texts(
            "Department SubDepartment StreetName BuildingNumber BuildingName Floor UnitNumber"
            " PostBox Room TownLocationName DistrictName",
            since=25,
            longest=70,
        ),
    ),
)

NOTHING_MAPPED = {
    "Activities": "ActivityDetail",
    "Attributes": "AttributeValue",
    "Campaigns": "CampaignDetail",
    "Cases": "CaseDetail",
    "Duplicates": "ContactDuplicateDetail",
    "MarketingLists": "MarketingListDetail",
    "Notifications": "ContactNotification",
    "Opportunities": "OpportunityDetail",
    "Relations": "RelationDetail",
    "RoleAssignments": "BCRoleAssignment",
}
"""Collections of the 70-field Contact that the Employees form does not have."""

CONTACT = Shape(
    "Contact",
    fields=(
        Field("DateOfBirth", "DateTime", is_day=True),
        Field("Email", longest=255),
        Field("Fax", longest=50),
        *texts("FaxType"),
        Field("FirstName", title="First Name", longest=50),
        Field("LastName", title="Last Name", is_required=True, longest=100),
        Field("MiddleName", title="Middle Name", longest=50),
        Field("Phone1", longest=50),
        *texts("Phone1Type"),
        Field("Phone2", longest=50),
        *texts("Phone2Type"),
        Field("Phone3", longest=50),
        *texts("Phone3Type"),
        Field("Title", labels=TITLES, case="9b"),
        *texts("WebSite"),
        Field("JobTitle", title="Job Title", is_mapped=False, is_doubtful=True, longest=255),
        *unmapped(
            texts(
                "Attention BusinessAccount CompanyName ContactClass ContactMethod ConvertedBy"
                " DisplayName Duplicate ExtRefNbr FullName Gender Image LanguageOrLocale"
                " MaritalStatus Owner OwnerEmployeeName ParentAccount Reason Source SourceCampaign"
                " SpouseOrPartnerName Status Type Workgroup WorkgroupDescription"
            )
        ),
        *unmapped(
            flags(
                "Active AddressValidated DoNotCall DoNotEmail DoNotFax DoNotMail DuplicateFound"
                " NoMarketing NoMassMail OverrideAccountAddress Synchronize"
            )
        ),
        *unmapped(
            instants(
                "LastIncomingActivity LastModifiedDateTime LastOutgoingActivity QualificationDate"
            )
        ),
        Field("ContactID", "Int", is_mapped=False),
        Field("NoteID", "Guid", is_mapped=False),
    ),
    parts=(
        Part("Address", ADDRESS),
        Part("UserInfo", Shape("ContactUserInfo"), is_mapped=False),
    ),
    details=tuple(
        Details(
            name, ATTRIBUTE if type_name == "AttributeValue" else Shape(type_name), is_mapped=False
        )
        for name, type_name in NOTHING_MAPPED.items()
    ),
)
