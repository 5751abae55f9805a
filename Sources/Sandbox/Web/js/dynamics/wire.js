/**
 * Carries calls of the library in the panel's frame to the host, and events back: our own messages between two windows. The
 * real host's are undocumented and are not imitated.
 */

import { STRANGER } from "./host-faults.js";

const MARK = "patchbay-cif-standin";

/** Listens to one frame from one origin, which is the provider's trusted domain. Gives back what ends it. */
export function serve(host, frame, trusted) {
  const post = (message) => frame.contentWindow?.postMessage({ mark: MARK, ...message }, trusted);
  host.connect(post);
  const listen = async ({ origin, source, data }) => {
    if (source === null || source !== frame.contentWindow || data?.mark !== MARK) return;
    if (origin !== trusted || host.faults.isStranger) return source.postMessage({ mark: MARK, re: data.id, error: STRANGER }, origin);
    if (data.method === "init") return host.faults.isSilent ? undefined : post({ re: data.id, value: true });
    if (data.method === "handler failed") return void host.calls.push({ method: "handler failed", args: data.args });
    try {
      post({ re: data.id, value: (await host.call(data.method, data.args)) ?? null });
    } catch (error) {
      post({ re: data.id, error: { errorCode: error.errorCode, msdyn_name: error.msdyn_name, message: String(error.message ?? error) } });
    }
  };
  addEventListener("message", listen);
  return () => removeEventListener("message", listen);
}
