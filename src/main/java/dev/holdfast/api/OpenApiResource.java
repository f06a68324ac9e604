package dev.holdfast.api;

import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The API's description: a file of the jar, read when somebody asks and held by nobody. */
@Path("/q/openapi")
public class OpenApiResource {
  private static final String FILE = "/api/openapi.yaml";

  @GET
  public Response description(@QueryParam("format") @Nullable String format) {
    if (format == null || format.equalsIgnoreCase("yaml")) {
      return Response.ok(yaml()).type("application/yaml;charset=utf-8").build();
    }
    if (format.equalsIgnoreCase("json")) {
      return Response.ok(json()).type("application/json").build();
    }
    throw new ProblemException(400, "`format` must be yaml or json");
  }

  private static String json() {
    try {
      return new JsonMapper()
          .writeValueAsString(new Load(LoadSettings.builder().build()).loadFromString(yaml()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String yaml() {
    try (InputStream in = OpenApiResource.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + FILE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
