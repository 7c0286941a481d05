// The services of views behind a real gRPC server in this process, over a log in memory.
#pragma once

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <grpcpp/grpcpp.h>

#include "eventstore/base/consistency_token.h"
#include "projections/chronology/chronology.h"
#include "projections/runner/memory_rows.h"
#include "projections/runner/runner.h"
#include "services/views/chronology_service.h"
#include "services/views/status_service.h"
#include "tests/projections/runner/plain_log.h"
#include "tests/projections/runner/pupil_facts.h"
#include "tests/projections/runner/scripted_feed.h"
#include "tests/projections/runner/waiting.h"

namespace throughline {

/// Believes what the metadata "urn" and "party" say; without them, nobody is signed in.
class BelievingAuthenticator final : public Authenticator {
  public:
    [[nodiscard]] absl::StatusOr<Identity> Authenticate(const grpc::ServerContextBase& context) const override {
        const auto value = [&context](const char* key) {
            const auto found = context.client_metadata().find(key);
            if (found == context.client_metadata().end()) return std::string();
            return std::string(found->second.data(), found->second.size());
        };
        Identity identity;
        identity.person_id = "person-1";
        identity.urn = value("urn");
        const std::string party = value("party");
        if (party == "operator") identity.party = Party::kOperator;
        if (party == "service") identity.party = Party::kService;
        if (party.empty() && identity.urn.empty()) return absl::UnauthenticatedError("no token; get one");
        return identity;
    }
};

/// Knows the subjects that a test names.
class ListedSubjects final : public SubjectFinder {
  public:
    std::map<std::string, SubjectId> subjects;

    [[nodiscard]] absl::StatusOr<std::optional<SubjectId>> Find(eventstore::v1::SubjectKind /*kind*/,
                                                                std::string_view natural_key) override {
        const auto found = subjects.find(std::string(natural_key));
        if (found == subjects.end()) return std::nullopt;
        return found->second;
    }
};

struct ViewsUnderTest {
    static constexpr const char* kUrn = "123456";
    static constexpr const char* kUpn = "A123456789012";

    explicit ViewsUnderTest(std::unique_ptr<Feed> feed, PlainLog& from, StandingClock& time)
        : clock(time), log(from), runner(view, std::move(feed), log, rows) {
        subjects.subjects = {{kUrn, ada.school}, {"654321", SubjectId{RandomUuid()}}, {kUpn, ada.pupil}};
        runner.Start();
        grpc::ServerBuilder builder;
        builder.RegisterService(&chronology_service);
        builder.RegisterService(&status_service);
        server = builder.BuildAndStart();
        channel = server->InProcessChannel(grpc::ChannelArguments());
        chronology = views::v1::ChronologyService::NewStub(channel);
        status = views::v1::StatusService::NewStub(channel);
    }
    ~ViewsUnderTest() {
        runner.Stop();
        server->Shutdown();
    }
    ViewsUnderTest(const ViewsUnderTest&) = delete;
    ViewsUnderTest& operator=(const ViewsUnderTest&) = delete;

    std::string Add(const events::v1::Fact& fact) { return log.Add(ada.Event(fact)); }

    [[nodiscard]] std::string TokenOfEnd() const { return EncodeConsistencyToken(log.StoreId(), log.End()); }

    /// Asks as a member of staff of the school with this URN; empty: as nobody.
    grpc::Status Ask(const views::v1::GetChronologyRequest& request, views::v1::GetChronologyResponse& response,
                     const std::string& urn = kUrn, std::chrono::milliseconds wait = std::chrono::seconds(10)) {
        grpc::ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + wait);
        if (!urn.empty()) context.AddMetadata("urn", urn);
        return chronology->GetChronology(&context, request, &response);
    }

    grpc::Status Find(const std::string& upn, const std::string& urn, std::string& pupil_id) {
        grpc::ClientContext context;
        context.AddMetadata("urn", urn);
        views::v1::FindPupilRequest request;
        request.set_upn(upn);
        views::v1::FindPupilResponse response;
        const grpc::Status answer = chronology->FindPupil(&context, request, &response);
        pupil_id = response.pupil_id();
        return answer;
    }

    [[nodiscard]] views::v1::GetChronologyRequest OfAda() const {
        views::v1::GetChronologyRequest request;
        request.set_pupil_id(ToString(ada.pupil));
        request.set_consistency_token(TokenOfEnd());
        return request;
    }

    StandingClock& clock;
    PlainLog& log;
    MemoryRows rows;
    const Chronology view;
    const PupilFacts ada;
    Runner runner;
    ListedSubjects subjects;
    BelievingAuthenticator authenticator;
    Workers workers{2};
    ChronologyQuery query{view, rows, log, subjects, clock};
    ChronologyService chronology_service{authenticator, query, runner, workers};
    std::atomic<bool> writable = true;
    StatusService status_service{authenticator,
                                 {&log, [this] { return writable.load(); }, {&runner}, {[] {
                                      views::v1::FollowerStatus publisher;
                                      publisher.set_name("publisher");
                                      return publisher;
                                  }}},
                                 workers};
    std::unique_ptr<grpc::Server> server;
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<views::v1::ChronologyService::Stub> chronology;
    std::unique_ptr<views::v1::StatusService::Stub> status;
};

}  // namespace throughline
