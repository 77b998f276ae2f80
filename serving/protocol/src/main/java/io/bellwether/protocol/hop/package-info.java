/** The stream between a gateway and a worker; all but {@link io.bellwether.protocol.hop.HopMethod} is generated. */
package io.bellwether.protocol.hop;
