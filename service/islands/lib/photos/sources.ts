// The two ways to a photo, the camera and what lies on the device, heard as one.
import { all } from "../page/dom";

export function listenToSources(box: ParentNode, took: (files: File[]) => void): void {
  for (const input of all<HTMLInputElement>("[data-camera-input], [data-photo-input]", box)) {
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      input.value = "";
      if (files.length) took(files);
    });
  }
}
