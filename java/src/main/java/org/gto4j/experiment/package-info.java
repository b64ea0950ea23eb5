/** Arms of training, run under equal budgets and compared on the same held-back texts. */
@NullMarked
package org.gto4j.experiment;

import org.jspecify.annotations.NullMarked;
