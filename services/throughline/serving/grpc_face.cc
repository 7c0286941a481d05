// Options of the gRPC server, each with its reason.
#include "services/throughline/serving/grpc_face.h"

#include <fmt/format.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>

#include "eventstore/base/limits.h"
#include "services/throughline/serving/credentials.h"

namespace throughline {
namespace {

constexpr int kAnswerBytesMax = 16 * 1024 * 1024;
constexpr std::size_t kMiB = 1024 * 1024;

/// Reflection on or off for one server: linking the library turns it on for every server of the process.
class Reflection final : public grpc::ServerBuilderOption {
  public:
    explicit Reflection(bool on) : on_(on) {}

    void UpdateArguments(grpc::ChannelArguments*) override {}
    void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
        auto ours = std::make_unique<grpc::reflection::ProtoServerReflectionPlugin>();
        std::erase_if(*plugins, [&](const auto& plugin) { return plugin->name() == ours->name(); });
        if (on_) plugins->push_back(std::move(ours));
    }

  private:
    const bool on_;
};

/// Learns the names of all services of a server, which health answers for.
class ServiceNames final : public grpc::ServerBuilderPlugin {
  public:
    explicit ServiceNames(std::vector<std::string>& names) : names_(names) {}

    std::string name() override { return "throughline.service_names"; }
    void InitServer(grpc::ServerInitializer*) override {}
    void Finish(grpc::ServerInitializer* server) override { names_ = *server->GetServiceList(); }
    void ChangeArguments(const std::string&, void*) override {}

  private:
    std::vector<std::string>& names_;
};

class WithServiceNames final : public grpc::ServerBuilderOption {
  public:
    explicit WithServiceNames(std::vector<std::string>& names) : names_(names) {}

    void UpdateArguments(grpc::ChannelArguments*) override {}
    void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
        plugins->push_back(std::make_unique<ServiceNames>(names_));
    }

  private:
    std::vector<std::string>& names_;
};

void SetConnections(grpc::ServerBuilder& builder) {
    // Two processes on one port would each get half of the calls.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    // A token has up to 8 KiB; gRPC's own limit for all headers is as much.
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 * 1024);
    // A peer that vanished is noticed within a minute and a half; one that asks more often than every 10 s is sent
    // away.
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 1'024);
    // Nobody asks for what it counts at every call.
    builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
}

void SetBounds(grpc::ServerBuilder& builder, const ServeSettings& settings) {
    grpc::ResourceQuota quota("throughline");
    quota.Resize(static_cast<std::size_t>(settings.memory_mib_max) * kMiB);
    quota.SetMaxThreads(settings.threads_max);
    builder.SetResourceQuota(quota);
    builder.SetMaxReceiveMessageSize(static_cast<int>(limits::kRequestBytesMax));
    builder.SetMaxSendMessageSize(kAnswerBytesMax);
    builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 2);
    builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 4);
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcFace>> GrpcFace::Open(const ServeSettings& settings,
                                                         const std::vector<grpc::Service*>& services,
                                                         Interceptors interceptors) {
    absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> credentials = ServerCredentialsOf(settings);
    if (!credentials.ok()) return credentials.status();
    std::unique_ptr<GrpcFace> face(new GrpcFace);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    SetConnections(builder);
    SetBounds(builder, settings);
    const std::string address = ParseHostPort(settings.listen)->Text();
    builder.AddListeningPort(address, *credentials, &face->port_);
    for (grpc::Service* service : services) builder.RegisterService(service);
    builder.SetOption(std::make_unique<Reflection>(settings.reflection));
    std::vector<std::string> names;
    builder.SetOption(std::make_unique<WithServiceNames>(names));
    builder.experimental().SetInterceptorCreators(std::move(interceptors));
    face->server_ = builder.BuildAndStart();
    if (!face->server_ || face->port_ == 0) {
        return absl::UnavailableError(
            fmt::format("cannot serve gRPC on {}: is something else listening there? Choose another port in --listen, "
                        "or 0 for a free one",
                        address));
    }
    face->server_->GetHealthCheckService()->SetServingStatus(true);
    for (const std::string& name : names) face->server_->GetHealthCheckService()->SetServingStatus(name, true);
    return face;
}

GrpcFace::~GrpcFace() {
    if (server_) Stop(std::chrono::milliseconds(0));
}

std::shared_ptr<grpc::Channel> GrpcFace::InProcessChannel() {
    return server_->InProcessChannel({});
}

void GrpcFace::NotServing() {
    server_->GetHealthCheckService()->SetServingStatus(false);
}

void GrpcFace::Stop(std::chrono::milliseconds drain) {
    if (stopped_) return;
    stopped_ = true;
    NotServing();
    server_->Shutdown(std::chrono::system_clock::now() + drain);
    server_->Wait();
}

}  // namespace throughline
