import type { Kernel } from "@jupyterlab/services";
import type { MessageModel, MessageReceiver } from "../../wire/requests";

/** A comm that speaks as the model of a widget does, so that requests travel over it alike. */
export class CommModel implements MessageModel {
  private readonly receivers = new Set<MessageReceiver>();

  /** `hear` gets every message, answers included. */
  constructor(
    private readonly comm: Kernel.IComm,
    hear: (message: unknown) => void,
  ) {
    comm.onMsg = ({ content, buffers }) => {
      hear(content.data);
      for (const receive of [...this.receivers]) receive(content.data, (buffers ?? []).map(view));
    };
  }

  on(_event: string, receive: MessageReceiver): void {
    this.receivers.add(receive);
  }

  off(_event: string, receive: MessageReceiver): void {
    this.receivers.delete(receive);
  }

  send(content: object, _callbacks: undefined, buffers: ArrayBuffer[]): void {
    this.comm.send(content as Parameters<Kernel.IComm["send"]>[0], undefined, buffers);
  }
}

function view(buffer: ArrayBuffer | ArrayBufferView): DataView {
  return ArrayBuffer.isView(buffer)
    ? new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new DataView(buffer);
}
