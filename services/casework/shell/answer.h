// The answer of an accepted command, made from the headers of its facts alone: so a repeat gets the first answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {

struct Answer {
    std::vector<eventstore::v1::RecordHeader> headers;  ///< Of the facts, in order.
    std::string consistency_token;
    bool repeated = false;  ///< The command was known; nothing was added.

    /// Text of the first fact's event id.
    [[nodiscard]] std::string EventIdText() const;
    /// The id in the first fact's tag of this kind; empty where it has none.
    [[nodiscard]] std::string IdOf(std::string_view kind) const;
};

/// Fills whichever of these fields the response has.
template <class Response>
void Fill(const Answer& answer, Response& response) {
    response.set_event_id(answer.EventIdText());
    response.set_consistency_token(answer.consistency_token);
    if constexpr (requires { response.school_id(); }) response.set_school_id(answer.IdOf("school"));
    if constexpr (requires { response.provision_id(); }) response.set_provision_id(answer.IdOf("provision"));
    if constexpr (requires { response.strand_id(); }) response.set_strand_id(answer.IdOf("strand"));
    if constexpr (requires { response.criteria_id(); }) response.set_criteria_id(answer.IdOf("criteria"));
    if constexpr (requires { response.pupil_id(); }) response.set_pupil_id(answer.IdOf("pupil"));
    if constexpr (requires { response.referral_id(); }) response.set_referral_id(answer.IdOf("referral"));
}

}  // namespace throughline
