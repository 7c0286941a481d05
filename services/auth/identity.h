// Who is calling, as their credentials say; and the one seam through which every service learns it.
#pragma once

#include <string>
#include <vector>

#include <grpcpp/server_context.h>

#include "absl/status/statusor.h"
#include "throughline/events/v1/actor.pb.h"

namespace throughline {

/// What a caller is to the service as a whole.
enum class Party {
    kStaff,     ///< A member of staff of one school.
    kOperator,  ///< Runs the service: registers schools, erases, rebuilds.
    kService,   ///< Another service: reads and appends through the event store's own API.
};

/// A caller, authenticated for this one call.
struct Identity {
    Party party = Party::kStaff;
    std::string person_id;  ///< 1 to 128 bytes.
    std::string name;
    std::vector<events::v1::StaffRole> roles;  ///< Of a member of staff, at their school.
    std::string urn;                           ///< School of a member of staff; else empty.

    [[nodiscard]] bool Has(events::v1::StaffRole role) const;
    /// Senior leader or headteacher: who may override a named gap.
    [[nodiscard]] bool LeadsSchool() const;
    /// As it is written into facts.
    [[nodiscard]] events::v1::Actor ToActor() const;
};

/// Reads the credentials of a call. Safe from many threads.
class Authenticator {
  public:
    virtual ~Authenticator() = default;

    /// UNAUTHENTICATED without a token, or with one that is malformed, forged, expired or from another issuer; the text
    /// says how to get one. Nothing of the token is in the text.
    [[nodiscard]] virtual absl::StatusOr<Identity> Authenticate(const grpc::ServerContextBase& context) const = 0;
};

}  // namespace throughline
