/** A picture that is ready to be drawn. Throws when the browser cannot read it. */
export async function loadImage(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
