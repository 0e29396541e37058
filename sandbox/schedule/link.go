// Schedule perturbation: joins the packages whose operations are places to yield.

package sync

import _ "unsafe" // for linkname

//go:linkname assayYield runtime.assayYield
func assayYield()
