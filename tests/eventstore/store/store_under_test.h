// A whole store in memory, whose parts can be opened again as after a restart.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "eventstore/base/tags.h"
#include "eventstore/log/memory_log.h"
#include "eventstore/store/local_event_log.h"
#include "tests/eventstore/vault/vault_under_test.h"

namespace throughline {

inline constexpr std::string_view kType = "throughline.events.v1.ReferralRaised";

inline NewEvent EventAbout(SubjectId subject, std::string body, std::vector<std::string> tags = {"pupil:1"}) {
    NewEvent event;
    event.id = EventId{RandomUuid()};
    event.subject = subject;
    event.type = std::string(kType);
    event.tags = std::move(tags);
    event.body = std::move(body);
    event.correlation = RandomUuid();
    return event;
}

inline CommandKey NewCommand(std::string request = "request") {
    return {"person-1", CommandId{RandomUuid()}, std::move(request)};
}

struct StoreUnderTest {
    explicit StoreUnderTest(bool synthetic = false)
        : records(clock, MemoryLogOptions{.store_id = RandomUuid(), .synthetic = synthetic}) {}

    SubjectId Pupil(std::string_view upn = "A") {
        const auto subject = vault->GetOrCreate(eventstore::v1::SUBJECT_KIND_PUPIL, upn);
        EXPECT_TRUE(subject.ok()) << subject.status();
        return subject->id;
    }
    absl::StatusOr<Appended> Append(const CommandKey& key, const std::vector<NewEvent>& events) {
        return log.Append(key, std::nullopt, events);
    }
    std::vector<Record> All() {
        auto all = log.ReadAll({});
        EXPECT_TRUE(all.ok()) << all.status();
        return all->records;
    }

    StandingClock clock{FromMicros(1'700'000'000'000'000)};
    MemoryKeyStore keys;
    std::unique_ptr<Vault> vault = NewVault(keys);
    MemoryLog records;
    LocalEventLog log{records, *vault};
};

}  // namespace throughline
