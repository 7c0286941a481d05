// Query items by fact: the types come from the messages, and what puts a fact right always comes with it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "eventstore/base/query.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

template <class Fact>
[[nodiscard]] std::string TypeName() {
    return Fact::descriptor()->full_name();
}

/// Facts of these types that carry all of `tags`, with their corrections and annulments.
template <class... Facts>
[[nodiscard]] QueryItem FactsAbout(std::vector<std::string> tags) {
    return {{TypeName<Facts>()..., TypeName<events::v1::FactCorrected>(), TypeName<events::v1::FactAnnulled>()},
            std::move(tags)};
}

/// The header types of all facts of these aggregates, for example of ReferralFact.
template <class... Aggregates>
[[nodiscard]] std::vector<std::string> AllTypes() {
    std::vector<std::string> types;
    for (const google::protobuf::Descriptor* aggregate : {Aggregates::descriptor()...}) {
        const google::protobuf::OneofDescriptor* facts = aggregate->FindOneofByName("fact");
        for (int i = 0; i < facts->field_count(); ++i) types.push_back(facts->field(i)->message_type()->full_name());
    }
    return types;
}

/// All facts of these aggregates that carry all of `tags`, with their corrections and annulments.
template <class... Aggregates>
[[nodiscard]] QueryItem AllFactsAbout(std::vector<std::string> tags) {
    return {AllTypes<Aggregates..., events::v1::CorrectionFact>(), std::move(tags)};
}

}  // namespace throughline
