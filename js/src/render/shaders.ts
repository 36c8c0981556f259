/** Uniforms of the point program. */
export const UNIFORMS = [
  "scale",
  "origin",
  "offset",
  "surface",
  "dpr",
  "pass",
  "radius",
  "opacity",
  "ring",
  "halo",
  "removedColor",
  "previewColor",
  "hitColor",
] as const;

/** Locations of the uniforms. */
export type Uniforms = Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>;

/** Attribute locations, fixed in the shader. */
export const ATTRIBUTE = { position: 0, color: 1, state: 2 } as const;

/** Bits of the state byte above the marks of scene.ts: the domain, and whether the row is drawn. */
export const STATE = { domainShift: 4, visible: 64 } as const;

const VERTEX = `#version 300 es
layout(location = 0) in vec2 position;
layout(location = 1) in vec4 color;
layout(location = 2) in uint state;
uniform vec2 scale;
uniform vec2 origin;
uniform vec2 offset;
uniform vec2 surface;
uniform float dpr;
uniform int pass;
uniform vec3 radius;
uniform vec3 opacity;
uniform vec2 ring;
uniform vec2 halo;
flat out vec4 dotColor;
flat out float dotRadius;
flat out uint marks;
out float side;
void main() {
  marks = state & 15u;
  uint domain = (state >> 4u) & 3u;
  bool shown = (state & 64u) != 0u && (pass == 0 || marks != 0u);
  dotRadius = (domain == 2u ? radius.z : domain == 1u ? radius.y : radius.x) * dpr;
  float alpha = domain == 2u ? opacity.z : domain == 1u ? opacity.y : opacity.x;
  dotColor = vec4(color.rgb, alpha);
  float reach = dotRadius;
  if (pass == 1) reach = max(reach, (ring.x + ring.y * 0.5) * dpr);
  if (pass == 1 && (marks & 8u) != 0u) reach = (halo.x + halo.y * 0.5) * dpr;
  vec2 pixel = (position - origin) * scale + offset;
  vec2 clip = vec2(pixel.x / surface.x * 2.0 - 1.0, 1.0 - pixel.y / surface.y * 2.0);
  side = 2.0 * reach + 2.0;
  gl_PointSize = side;
  gl_Position = shown ? vec4(clip, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
flat in vec4 dotColor;
flat in float dotRadius;
flat in uint marks;
in float side;
uniform float dpr;
uniform int pass;
uniform vec2 ring;
uniform vec2 halo;
uniform vec3 removedColor;
uniform vec3 previewColor;
uniform vec3 hitColor;
out vec4 pixel;
vec4 over(vec4 under, vec3 color, float alpha) {
  return vec4(color * alpha, alpha) + under * (1.0 - alpha);
}
float outline(float distance, vec2 shape) {
  return clamp(shape.y * dpr * 0.5 + 0.5 - abs(distance - shape.x * dpr), 0.0, 1.0);
}
void main() {
  float distance = length(gl_PointCoord - 0.5) * side;
  vec4 mixed = vec4(0.0);
  if (pass == 1) {
    if ((marks & 8u) != 0u) mixed = over(mixed, hitColor, 0.9 * outline(distance, halo));
    float around = outline(distance, ring);
    if ((marks & 1u) != 0u) mixed = over(mixed, removedColor, 0.95 * around);
    if ((marks & 2u) != 0u) mixed = over(mixed, previewColor, 0.95 * around);
    if ((marks & 4u) != 0u) mixed = over(mixed, removedColor, 0.3 * around);
  }
  pixel = over(mixed, dotColor.rgb, dotColor.a * clamp(dotRadius + 0.5 - distance, 0.0, 1.0));
  if (pixel.a == 0.0) discard;
}`;

/** Compile and link the point program. Throws an Error with the driver's words when it cannot. */
export function buildProgram(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new Error("The graphics context was lost.");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) {
    throw new Error(`The point shaders do not link: ${gl.getProgramInfoLog(program) ?? ""}`);
  }
  return program;
}

/** The uniform locations of a program. */
export function uniformsOf(gl: WebGL2RenderingContext, program: WebGLProgram): Uniforms {
  const entries = UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]);
  return Object.fromEntries(entries) as Uniforms;
}
