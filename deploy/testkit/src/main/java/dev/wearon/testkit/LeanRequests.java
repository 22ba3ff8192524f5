package dev.wearon.testkit;

import static io.restassured.config.ObjectMapperConfig.objectMapperConfig;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import org.apache.http.conn.ClientConnectionManager;
import org.apache.http.conn.scheme.PlainSocketFactory;
import org.apache.http.conn.scheme.Scheme;
import org.apache.http.conn.scheme.SchemeRegistry;
import org.apache.http.impl.client.DefaultHttpClient;
import org.apache.http.impl.conn.BasicClientConnectionManager;
import org.apache.http.params.HttpParams;

/**
 * REST Assured makes a client and a JSON mapper for every request, and an indented copy of its body, which is printed if the test
 * fails. Here the clients prepare no TLS and share their defaults, the mapper is kept, and bodies are printed as they are: that
 * takes less CPU time.
 */
public final class LeanRequests {

    private static final ObjectMapper JSON = new ObjectMapper();

    private LeanRequests() {}

    /** For all requests of this JVM, until its configuration is reset; a repeat has no effect. */
    public static void install() {
        var config = RestAssured.config();
        RestAssured.config = config.objectMapperConfig(
                        objectMapperConfig().jackson2ObjectMapperFactory((type, charset) -> JSON))
                .logConfig(config.getLogConfig().enablePrettyPrinting(false))
                .httpClient(config.getHttpClientConfig().httpClientFactory(PlainClient::new));
    }

    /** REST Assured supports no newer client. */
    @SuppressWarnings("deprecation")
    private static final class PlainClient extends DefaultHttpClient {

        private static final HttpParams DEFAULTS = new DefaultHttpClient().getParams();

        @Override
        protected HttpParams createHttpParams() {
            return DEFAULTS.copy();
        }

        @Override
        protected ClientConnectionManager createClientConnectionManager() {
            SchemeRegistry schemes = new SchemeRegistry();
            schemes.register(new Scheme("http", 80, PlainSocketFactory.getSocketFactory()));
            return new BasicClientConnectionManager(schemes);
        }
    }
}
