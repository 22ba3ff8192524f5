package dev.wearon.acceptance;

import dev.wearon.testkit.LeanRequests;
import dev.wearon.testkit.contract.ContractFilter;
import dev.wearon.testkit.contract.OpenApiDocument;
import dev.wearon.testkit.contract.PublicContract;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * In every test, checks the gateway's replies to REST Assured against the contract. JUnit loads this class through
 * {@code META-INF/services}.
 */
public final class ContractExtension implements BeforeAllCallback {

    static final PublicContract CONTRACT = new PublicContract(OpenApiDocument.ofThisProject());

    @Override
    public void beforeAll(ExtensionContext context) {
        LeanRequests.install();
        // REST Assured calls gateways, and the services' management ports, where every path begins with /q/.
        ContractFilter.install(CONTRACT, uri -> !uri.getPath().startsWith("/q/"));
    }
}
