/** Makes the sample model repository: committed models, and published weights put into committed programs. */
@NullMarked
package io.bellwether.deploy.pretrained;

import org.jspecify.annotations.NullMarked;
