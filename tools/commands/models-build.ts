/** `npm run models:build`: converts the pinned packages' face models to models/*.onnx and writes the manifest. */
import '../models/build-models.ts';
