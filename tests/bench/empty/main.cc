// gRPC as it is packaged, in both of its styles: generated code, default settings, the C library's malloc. Nothing of
// the project is linked in, so nothing that the project does for its own server helps this one.
#include <cstdio>
#include <exception>
#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>
#include <CLI/CLI.hpp>

#include "empty_service.grpc.pb.h"

namespace throughline::bench {
namespace {

using Bytes = google::protobuf::BytesValue;

class CallbackServer final : public EmptyService::CallbackService {
  public:
    explicit CallbackServer(std::size_t answer_bytes) : answer_(answer_bytes, 'e') {}

    grpc::ServerUnaryReactor* Call(grpc::CallbackServerContext* context, const Bytes* /*request*/,
                                   Bytes* response) override {
        response->set_value(answer_);
        grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
        reactor->Finish(grpc::Status::OK);
        return reactor;
    }

  private:
    const std::string answer_;
};

class SynchronousServer final : public EmptyService::Service {
  public:
    explicit SynchronousServer(std::size_t answer_bytes) : answer_(answer_bytes, 'e') {}

    grpc::Status Call(grpc::ServerContext* /*context*/, const Bytes* /*request*/, Bytes* response) override {
        response->set_value(answer_);
        return grpc::Status::OK;
    }

  private:
    const std::string answer_;
};

int Main(int argc, char** argv) {
    std::string listen = "127.0.0.1:0";
    std::string style = "callback";
    std::size_t answer_bytes = 16;
    CLI::App app("A gRPC method that does nothing.");
    app.add_option("--listen", listen);
    app.add_option("--style", style)->check(CLI::IsMember({"callback", "sync"}));
    app.add_option("--answer-bytes", answer_bytes);
    CLI11_PARSE(app, argc, argv);
    std::unique_ptr<grpc::Service> service;
    if (style == "sync") {
        service = std::make_unique<SynchronousServer>(answer_bytes);
    } else {
        service = std::make_unique<CallbackServer>(answer_bytes);
    }
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service.get());
    const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
    if (!server || port == 0) {
        std::fprintf(stderr, "throughline_empty_server: cannot listen on %s\n", listen.c_str());
        return 1;
    }
    std::printf("{\"grpc\":\"127.0.0.1:%d\"}\n", port);
    std::fflush(stdout);
    server->Wait();
    return 0;
}

}  // namespace
}  // namespace throughline::bench

int main(int argc, char** argv) try {
    return throughline::bench::Main(argc, argv);
} catch (const std::exception& error) {
    std::fprintf(stderr, "throughline_empty_server: %s\n", error.what());
    return 1;
}
