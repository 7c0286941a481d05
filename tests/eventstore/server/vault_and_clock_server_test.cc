// The vault and the clock over gRPC: who may, and what bad requests get.

#include "eventstore/base/status_details.h"
#include "eventstore/server/grpc_status.h"
#include "tests/eventstore/server/served_log.h"

namespace throughline {
namespace {

class VaultServerTest : public ServedLogTest {
  protected:
    grpc::Status Erase(const std::string& who, const std::string& subject, bool dry_run,
                       eventstore::v1::EraseSubjectResponse* response) {
        eventstore::v1::EraseSubjectRequest request;
        request.set_subject_id(subject);
        request.set_ground("retention period ended");
        request.set_dry_run(dry_run);
        const auto call = As(who);
        return vault_stub_->EraseSubject(call.get(), request, response);
    }
};

TEST_F(VaultServerTest, GivesTheSameSubjectForTheSameNaturalKey) {
    eventstore::v1::GetOrCreateSubjectRequest request;
    request.set_kind(eventstore::v1::SUBJECT_KIND_PUPIL);
    request.set_natural_key("B801200005001");
    eventstore::v1::GetOrCreateSubjectResponse first;
    eventstore::v1::GetOrCreateSubjectResponse second;
    const auto one = As("service");
    const auto two = As("service");
    ASSERT_TRUE(vault_stub_->GetOrCreateSubject(one.get(), request, &first).ok());
    ASSERT_TRUE(vault_stub_->GetOrCreateSubject(two.get(), request, &second).ok());
    EXPECT_TRUE(first.created());
    EXPECT_FALSE(second.created());
    EXPECT_EQ(first.subject_id(), second.subject_id());
}

TEST_F(VaultServerTest, RefusesAKindThatNobodyMayMakeAndKeysOverTheLimit) {
    eventstore::v1::GetOrCreateSubjectRequest request;
    request.set_kind(eventstore::v1::SUBJECT_KIND_STORE);
    request.set_natural_key(std::string(201, 'k'));
    eventstore::v1::GetOrCreateSubjectResponse response;
    const auto call = As("service");
    const absl::Status status = FromGrpcStatus(vault_stub_->GetOrCreateSubject(call.get(), request, &response));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(FieldViolationsOf(status).size(), 2U);
}

TEST_F(VaultServerTest, ErasesForAnOperatorOnly) {
    const std::string pupil = Pupil("A");
    Append(Request(pupil, 3));
    eventstore::v1::EraseSubjectResponse response;
    EXPECT_EQ(Erase("service", pupil, false, &response).error_code(), grpc::StatusCode::PERMISSION_DENIED);
    ASSERT_TRUE(Erase("operator", pupil, true, &response).ok());
    EXPECT_EQ(response.records(), 3U);
    EXPECT_GT(response.copies_size(), 0);
    EXPECT_EQ(records_.End(), Position{3});
    ASSERT_TRUE(Erase("operator", pupil, false, &response).ok());
    EXPECT_EQ(records_.End(), Position{4});
}

TEST_F(VaultServerTest, RefusesAnErasureWithoutASubjectOrAGround) {
    eventstore::v1::EraseSubjectResponse response;
    const auto call = As("operator");
    const absl::Status status = FromGrpcStatus(vault_stub_->EraseSubject(call.get(), {}, &response));
    EXPECT_EQ(FieldViolationsOf(status).size(), 2U);
    EXPECT_EQ(Erase("operator", ToString(RandomUuid()), false, &response).error_code(), grpc::StatusCode::NOT_FOUND);
}

class ClockServerTest : public ServedLogTest {
  protected:
    grpc::Status Move(const std::string& who, std::int64_t to_s, const std::string& command) {
        eventstore::v1::MoveClockRequest request;
        request.set_command_id(command);
        request.mutable_to()->set_seconds(to_s);
        eventstore::v1::MoveClockResponse response;
        const auto call = As(who);
        return clock_stub_->MoveClock(call.get(), request, &response);
    }
    std::int64_t Now(const std::string& who) {
        eventstore::v1::GetClockResponse response;
        const auto call = As(who);
        EXPECT_TRUE(clock_stub_->GetClock(call.get(), {}, &response).ok());
        EXPECT_TRUE(response.synthetic());
        return response.now().seconds();
    }
};

TEST_F(ClockServerTest, IsMovedByAnOperatorAndSeenByAnybodyKnown) {
    const std::int64_t start = Now("staff");
    EXPECT_EQ(Move("service", start + 60, ToString(RandomUuid())).error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(Now("staff"), start);
    const std::string command = ToString(RandomUuid());
    EXPECT_TRUE(Move("operator", start + 60, command).ok());
    EXPECT_TRUE(Move("operator", start + 60, command).ok());
    EXPECT_EQ(Now("staff"), start + 60);
    EXPECT_EQ(records_.End(), Position{1});
}

TEST_F(ClockServerTest, RefusesATimeThatIsNoneAndACommandWithoutAnId) {
    EXPECT_EQ(Move("operator", Now("staff") + 60, "").error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(Move("operator", 999'999'999'999, ToString(RandomUuid())).error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace throughline
