// Runs a command whose steps are an aggregate's own functions: Check, QueryFor, Evolve, Admit and Decide.
#pragma once

#include <span>
#include <utility>

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include "eventstore/server/correlation.h"
#include "eventstore/server/grpc_status.h"
#include "services/casework/fold.h"
#include "services/casework/shell/answer.h"
#include "services/casework/shell/shell.h"

namespace throughline {

template <class Request>
[[nodiscard]] Call CallOf(const Request& request) {
    Call call{request, request.command_id(), std::nullopt};
    if constexpr (requires { request.has_occurred_on(); }) {
        if (request.has_occurred_on()) call.occurred_on = request.occurred_on();
    }
    return call;
}

/// Executes, and fills the response or gives the status.
template <class Request, class Response>
[[nodiscard]] grpc::Status Run(const Shell& shell, grpc::ServerContext& context, const Request& request,
                               Response& response, const Steps& steps) {
    const absl::StatusOr<Answer> answer = shell.Execute(context, CallOf(request), steps);
    if (!answer.ok()) return ToGrpcStatus(answer.status());
    if (answer->repeated) context.AddTrailingMetadata(kRepeatedMetadata, "true");
    TellCorrelation(context, answer->headers);
    Fill(*answer, response);
    return grpc::Status::OK;
}

/// `State` is what the command's decider reads.
template <class State, class Request, class Response>
[[nodiscard]] grpc::Status RunCommand(const Shell& shell, grpc::ServerContext& context, const Request& request,
                                      Response& response) {
    Steps steps;
    steps.check = [&](FieldChecks& fields) { Check(request, fields); };
    steps.query = [&](HeaderLookup& lookup, CommandContext& asked) { return QueryFor(request, lookup, asked); };
    steps.decide = [&](std::span<const EffectiveFact> history,
                       const CommandContext& asked) -> absl::StatusOr<Decision> {
        const State state = Fold<State>(history);
        if (absl::Status status = Admit(state, request, asked); !status.ok()) return status;
        return Decide(state, request, asked);
    };
    return Run(shell, context, request, response, steps);
}

}  // namespace throughline
