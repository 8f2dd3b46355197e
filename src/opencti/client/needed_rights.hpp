// The table of rights: which right of the token's user each call to the platform needs, and the
// consequence if it is missing. docs/install.md shows it.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "opencti/client/error.hpp"

namespace opencti {

enum class Need {
  /// Nothing is enriched without it. If a call of the connector needs it, messages wait until it is
  /// granted. If only the import by the platform's worker needs it (KNOWLEDGE_KNUPDATE), no message
  /// waits: objects are looked up, and the worker rejects the results.
  necessary,
  /// The connector works without it, and messages never wait for it.
  useful,
};

/// One right, with the calls that need it (opencti-graphql: opencti.graphql, `@auth`).
struct NeededRight {
  /// As the platform spells it: `CONNECTORAPI`. A narrower capability below it includes it.
  std::string_view capability;
  /// Its label in a role: `Access connectors`.
  std::string_view label;
  Need need = Need::necessary;
  /// The platform's names of the calls.
  std::string_view calls;
  /// Its purpose, as a phrase after "to".
  std::string_view purpose = {};
  /// The consequence if it is missing.
  std::string_view without = {};
  /// The role Connector, which every platform has, includes it.
  bool stock = true;
};

namespace needed {

inline constexpr NeededRight token{
    .capability = "APIACCESS_USETOKEN",
    .label = "Allow token usage",
    .calls = "all",
    .purpose = "use the API with a token",
    .without = "the platform answers as if the token did not exist (AUTH_REQUIRED)"};
inline constexpr NeededRight connectors{
    .capability = "CONNECTORAPI",
    .label = "Connectors API usage",
    .calls =
        "registerConnector, pingConnector, workAdd, workEdit, stixBundlePush, "
        "playbookStepExecution",
    .purpose = "register, report on works, answer playbooks",
    .without = "the connector cannot register, and gets no request"};
inline constexpr NeededRight knowledge{.capability = "KNOWLEDGE",
                                       .label = "Access knowledge",
                                       .calls = "stixCoreObject, draftWorkspaceAdd",
                                       .purpose = "read the objects that it enriches",
                                       .without = "no object can be read, so none is looked up"};
inline constexpr NeededRight update{.capability = "KNOWLEDGE_KNUPDATE",
                                    .label = "Create / Update knowledge",
                                    .calls = "the import of results by the platform's worker",
                                    .purpose = "add results",
                                    .without = "every object of a result is rejected"};
inline constexpr NeededRight import{.capability = "KNOWLEDGE_KNASKIMPORT",
                                    .label = "Import knowledge",
                                    .calls = "uploadPending",
                                    .purpose = "make workbenches",
                                    .without = "no result can be put into a workbench"};
inline constexpr NeededRight works{
    .capability = "MODULES",
    .label = "Access connectors",
    .need = Need::useful,
    .calls = "work, works, isWorkAlive, connector",
    .purpose = "see works",
    .without =
        "results are sent without their work's id, so that none can be lost: works count no "
        "objects and show no errors of the import"};
inline constexpr NeededRight labels{
    .capability = "SETTINGS_SETLABELS",
    .label = "Manage labels",
    .need = Need::useful,
    .calls = "labelAdd, by the platform's worker",
    .purpose = "create labels",
    .without = "labels that the platform does not have yet are omitted without an error"};
inline constexpr NeededRight references{
    .capability = "KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE",
    .label = "Bypass enforced reference",
    .need = Need::useful,
    .calls = "the import of results by the platform's worker",
    .purpose = "add results where references are enforced",
    .without = "objects of types for which the platform enforces a reference are rejected"};
inline constexpr NeededRight fields{
    .capability = "KNOWLEDGE_KNUPDATE_KNBYPASSFIELDS",
    .label = "Bypass mandatory fields",
    .need = Need::useful,
    .calls = "the import of results by the platform's worker",
    .purpose = "add results where fields are mandatory",
    .without =
        "objects that lack a field that the platform's settings make mandatory are rejected"};
inline constexpr NeededRight sharing{
    .capability = "KNOWLEDGE_KNUPDATE_KNORGARESTRICT",
    .label = "Restrict organization access",
    .need = Need::useful,
    .calls = "granted_refs of new objects",
    .purpose = "share results with the organisations of the enriched object",
    .without =
        "new objects are not shared with the organisations that the enriched object is shared "
        "with, and the platform reports no error",
    .stock = false};

inline constexpr std::array all{token, connectors, knowledge,  update, import,
                                works, labels,     references, fields, sharing};

}  // namespace needed

/// Which optional operations a connector uses.
struct UseOfRights {
  bool workbenches = false;
  bool labels = true;
  /// The platform separates data by organisation.
  bool organisations = false;
};

/// The rights for these operations, necessary rights first.
[[nodiscard]] std::vector<NeededRight> rights_for(const UseOfRights& use);

/// "give the user the role Connector, or its role the capability "Access connectors""
[[nodiscard]] std::string how_to_give(const NeededRight& right);

/// Interprets a call's failure, given the right that it needs. After this, `forbidden` means a
/// missing necessary right, for which messages wait, and `not_permitted` a missing useful right.
/// @returns `error` unchanged, unless it is `forbidden`: then with the right, and the role to grant
[[nodiscard]] Error named(Error error, const NeededRight& right);

}  // namespace opencti
