package dev.holdfast.model;

import org.jspecify.annotations.Nullable;

/**
 * One container port and where the host publishes it.
 *
 * @param hostIp null: every address
 * @param published a port, a range {@code 8000-8010} of which the engine takes a free one, or null
 *     for any free port
 * @param protocol tcp, udp or sctp
 */
public record PortMapping(
    @Nullable String hostIp, @Nullable String published, int target, String protocol) {}
