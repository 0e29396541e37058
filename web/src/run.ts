// The page of one run while it is not settled yet.
import { follow } from "./live";

const box = document.querySelector<HTMLElement>("#live");
const said = document.querySelector<HTMLElement>("#said");
if (box && said) follow(box.dataset["run"] ?? "", box, said, "report");
