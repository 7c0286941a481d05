// Checks of requests to the vault, and what was reached as lines for a person.
#include "eventstore/server/vault_server.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/server/grpc_status.h"

namespace throughline {
namespace {

constexpr std::size_t kNaturalKeyBytesMax = 200;
constexpr std::ptrdiff_t kGroundCharactersMax = 2'000;

/// Characters of UTF-8, which protobuf has checked: bytes that do not continue another.
std::ptrdiff_t Characters(const std::string& text) {
    return std::count_if(text.begin(), text.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

absl::Status CheckSubject(const eventstore::v1::GetOrCreateSubjectRequest& request) {
    std::vector<FieldViolation> bad;
    const eventstore::v1::SubjectKind kind = request.kind();
    if (kind != eventstore::v1::SUBJECT_KIND_PUPIL && kind != eventstore::v1::SUBJECT_KIND_SAFEGUARDING_FILE &&
        kind != eventstore::v1::SUBJECT_KIND_SCHOOL) {
        bad.push_back({"kind", "must be a pupil, a safeguarding file or a school"});
    }
    if (request.natural_key().empty() || request.natural_key().size() > kNaturalKeyBytesMax) {
        bad.push_back({"natural_key", fmt::format("must have 1 to {} bytes, has {}", kNaturalKeyBytesMax,
                                                  request.natural_key().size())});
    }
    return bad.empty() ? absl::OkStatus() : BadRequestError(bad);
}

absl::Status CheckErasure(const eventstore::v1::EraseSubjectRequest& request) {
    std::vector<FieldViolation> bad;
    if (!ParseUuid(request.subject_id())) bad.push_back({"subject_id", "must be a UUID of 36 characters"});
    const std::ptrdiff_t length = Characters(request.ground());
    if (length == 0 || length > kGroundCharactersMax) {
        bad.push_back({"ground", fmt::format("must have 1 to {} characters, has {}", kGroundCharactersMax, length)});
    }
    return bad.empty() ? absl::OkStatus() : BadRequestError(bad);
}

}  // namespace

VaultServer::VaultServer(Vault& vault, Erasure& erasure, const Gatekeeper& gatekeeper)
    : vault_(vault), erasure_(erasure), gatekeeper_(gatekeeper) {}

grpc::Status VaultServer::GetOrCreateSubject(grpc::ServerContext* context,
                                             const eventstore::v1::GetOrCreateSubjectRequest* request,
                                             eventstore::v1::GetOrCreateSubjectResponse* response) {
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(*context, Permission::kAppend);
    if (!caller.ok()) return ToGrpcStatus(caller.status());
    if (const absl::Status checked = CheckSubject(*request); !checked.ok()) return ToGrpcStatus(checked);
    const absl::StatusOr<Subject> subject = vault_.GetOrCreate(request->kind(), request->natural_key());
    if (!subject.ok()) return ToGrpcStatus(subject.status());
    response->set_subject_id(ToString(subject->id));
    response->set_created(subject->created);
    return grpc::Status::OK;
}

grpc::Status VaultServer::EraseSubject(grpc::ServerContext* context, const eventstore::v1::EraseSubjectRequest* request,
                                       eventstore::v1::EraseSubjectResponse* response) {
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(*context, Permission::kErase);
    if (!caller.ok()) return ToGrpcStatus(caller.status());
    if (const absl::Status checked = CheckErasure(*request); !checked.ok()) return ToGrpcStatus(checked);
    const SubjectId subject{*ParseUuid(request->subject_id())};
    const absl::StatusOr<ErasureReach> reach =
        request->dry_run() ? erasure_.DryRun(subject) : erasure_.Erase(subject, request->ground(), caller->id);
    if (!reach.ok()) return ToGrpcStatus(reach.status());
    response->set_records(reach->records);
    for (const std::string& copy : reach->destroyed) response->add_copies(copy);
    for (const std::string& copy : reach->unreadable) response->add_copies(copy);
    return grpc::Status::OK;
}

}  // namespace throughline
