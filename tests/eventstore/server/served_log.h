// A log in memory behind a real gRPC server in this process, for tests.
#pragma once

#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "eventstore/log/memory_log.h"
#include "eventstore/server/clock_server.h"
#include "eventstore/server/event_log_server.h"
#include "eventstore/server/vault_server.h"
#include "eventstore/store/local_event_log.h"
#include "eventstore/vault/memory_key_store.h"
#include "tests/eventstore/server/counted_log.h"

namespace throughline {

/// Lets a caller in by the word in "who": "operator", "service" or "staff".
class WordGatekeeper final : public Gatekeeper {
  public:
    absl::StatusOr<Caller> Admit(const grpc::ServerContextBase& context, Permission permission) const override {
        const auto found = context.client_metadata().find("who");
        if (found == context.client_metadata().end()) return absl::UnauthenticatedError("say who");
        const std::string who(found->second.data(), found->second.size());
        const bool operators_only = permission == Permission::kErase || permission == Permission::kMoveTheClock;
        if (permission != Permission::kSeeTime && (who == "staff" || (operators_only && who != "operator"))) {
            return absl::PermissionDeniedError("not for " + who);
        }
        return Caller{who};
    }
};

class ServedLogTest : public ::testing::Test {
  protected:
    static std::unique_ptr<Vault> NewVault() {
        auto keys = std::make_unique<MemoryKeyStore>();
        const KeyEncryptionKey kek{1, 2, 3};
        EXPECT_TRUE(Vault::Initialise(*keys, kek).ok());
        return *Vault::Open(std::move(keys), kek);
    }

    explicit ServedLogTest(EventLogServer::Options options = {}) : server_(read_, log_, clock_, gatekeeper_, options) {
        grpc::ServerBuilder builder;
        builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
        builder.RegisterService(&server_);
        builder.RegisterService(&vault_server_);
        builder.RegisterService(&clock_server_);
        grpc_ = builder.BuildAndStart();
        channel_ = grpc_->InProcessChannel({});
        log_stub_ = eventstore::v1::EventLogService::NewStub(channel_);
        vault_stub_ = eventstore::v1::VaultService::NewStub(channel_);
        clock_stub_ = eventstore::v1::ClockService::NewStub(channel_);
    }
    ~ServedLogTest() override {
        server_.StopStreams();
        grpc_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
        grpc_->Wait();
    }

    static std::unique_ptr<grpc::ClientContext> As(const std::string& who) {
        auto context = std::make_unique<grpc::ClientContext>();
        context->AddMetadata("who", who);
        context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
        return context;
    }

    [[nodiscard]] std::string Pupil(const std::string& upn) {
        return ToString(vault_->GetOrCreate(eventstore::v1::SUBJECT_KIND_PUPIL, upn)->id);
    }

    /// A request of `count` events about one pupil, each with a body of `bytes`.
    [[nodiscard]] eventstore::v1::AppendRequest Request(const std::string& pupil, int count = 1,
                                                        std::size_t bytes = 10) {
        eventstore::v1::AppendRequest request;
        request.set_command_id(ToString(RandomUuid()));
        for (int i = 0; i < count; ++i) {
            eventstore::v1::NewEvent& event = *request.add_events();
            event.set_type("test.Noted");
            event.add_tags("pupil:" + pupil);
            event.set_subject_id(pupil);
            event.set_body(std::string(bytes, 'b'));
        }
        return request;
    }

    eventstore::v1::AppendResponse Append(const eventstore::v1::AppendRequest& request) {
        eventstore::v1::AppendResponse response;
        const auto call = As("service");
        const grpc::Status status = log_stub_->Append(call.get(), request, &response);
        EXPECT_TRUE(status.ok()) << status.error_message();
        return response;
    }

    /// A connection of its own over TCP, with what a client's socket and windows hold.
    [[nodiscard]] std::unique_ptr<eventstore::v1::EventLogService::Stub> StubOverTcp() const {
        grpc::ChannelArguments arguments;
        arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        return eventstore::v1::EventLogService::NewStub(grpc::CreateCustomChannel(
            "127.0.0.1:" + std::to_string(port_), grpc::InsecureChannelCredentials(), arguments));
    }

    StandingClock clock_{FromMicros(1'800'000'000'000'000)};
    MemoryLog records_{clock_, {.store_id = RandomUuid(), .synthetic = true}};
    std::unique_ptr<Vault> vault_ = NewVault();
    CountedLog read_{records_};
    LocalEventLog log_{read_, *vault_};
    Erasure erasure_{log_, records_, *vault_, clock_};
    StoreClock store_clock_{log_, *vault_, clock_, &clock_};
    WordGatekeeper gatekeeper_;
    EventLogServer server_;
    VaultServer vault_server_{*vault_, erasure_, gatekeeper_};
    ClockServer clock_server_{store_clock_, gatekeeper_};
    int port_ = 0;
    std::unique_ptr<grpc::Server> grpc_;
    std::shared_ptr<grpc::Channel> channel_;
    std::unique_ptr<eventstore::v1::EventLogService::Stub> log_stub_;
    std::unique_ptr<eventstore::v1::VaultService::Stub> vault_stub_;
    std::unique_ptr<eventstore::v1::ClockService::Stub> clock_stub_;
};

}  // namespace throughline
