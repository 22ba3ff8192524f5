package dev.wearon.acceptance;

import dev.wearon.testkit.contract.Answer;
import dev.wearon.testkit.contract.ContractFilter;
import dev.wearon.testkit.contract.OpenApiDocument;
import dev.wearon.testkit.contract.PublicContract;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Found by JUnit itself: what REST Assured gets from a gateway must be as it is described, and no test must ask for that. */
public final class HeldToTheContract implements BeforeAllCallback {

    private static final PublicContract CONTRACT = new PublicContract(OpenApiDocument.ofThisProject());

    @Override
    public void beforeAll(ExtensionContext context) {
        // With REST Assured these tests ask gateways, and the services' management ports, where everything is under /q.
        ContractFilter.install(CONTRACT, uri -> !uri.getPath().startsWith("/q/"));
    }

    /** For what another client gets from a gateway. */
    static HttpResponse<String> described(HttpResponse<String> response) {
        CONTRACT.check(Answer.of(response, response.body().getBytes(StandardCharsets.UTF_8)));
        return response;
    }
}
